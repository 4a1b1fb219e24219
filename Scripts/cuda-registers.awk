# From what ptxas -v says, demangled, to a table: for each kernel how many variants of it there are (types, widths), and the
# most registers and static shared memory that any of them takes on each kind of card.
/Compiling entry function/ {
    match($0, /for 'sm_[0-9]+/)
    card = substr($0, RSTART + 5, RLENGTH - 5)
    split($0, quoted, "'")
    name = quoted[2]
    sub(/^void /, "", name)
    gsub(/mammo_cuda::/, "", name)
    kernel = name
    sub(/[<(].*/, "", kernel)
    if (!(card in cards)) { cards[card] = 1; order[++columns] = card }
    if (!(kernel in kernels)) { kernels[kernel] = 1; names[++rows] = kernel }
    if (!((kernel, name) in variants)) { variants[kernel, name] = 1; count[kernel]++ }
}
/Used [0-9]+ registers/ {
    match($0, /Used [0-9]+/)
    used = substr($0, RSTART + 5, RLENGTH - 5) + 0
    if (used > most[kernel, card]) most[kernel, card] = used
    if (match($0, /[0-9]+ bytes smem/)) {
        bytes = substr($0, RSTART, RLENGTH) + 0
        if (bytes > shared[kernel]) shared[kernel] = bytes
    }
}
/bytes stack frame/ { if (($0 !~ / 0 bytes spill stores/) || ($0 !~ / 0 bytes spill loads/)) spills++ }
END {
    for (i = 2; i <= columns; i++) for (j = i; j > 1 && order[j] < order[j - 1]; j--) {
        swap = order[j]; order[j] = order[j - 1]; order[j - 1] = swap
    }
    printf "%-30s %8s", "kernel", "variants"
    for (i = 1; i <= columns; i++) printf " %6s", order[i]
    printf " %13s\n", "shared bytes"
    for (r = 1; r <= rows; r++) {
        printf "%-30s %8d", names[r], count[names[r]]
        for (i = 1; i <= columns; i++) printf " %6d", most[names[r], order[i]]
        printf " %13d\n", shared[names[r]]
        total += count[names[r]]
    }
    printf "%d kernels in %d variants, %d of them spill registers\n", rows, total, spills + 0
}
