# From the 32-bit words of a plugin's section .nv_fatbin, one a line in decimal, to a line for each target in it: its name and
# how many compiled sources have it. A container begins with 0xba55ed50, its header's size in the upper half of a word, and
# the size of what follows; in it are entries: the kind in the lower half of a word (1 PTX, 2 machine code), the sizes of
# their header and content, and as the eighth word the architecture.
{ at = NR - 1 }
at < start { next }
{ head[at - start] = $1; have = at - start + 1 }
start >= end {
    if (head[0] != 3126193488) {
        start++
    } else if (have == 4) {
        start += int(head[1] / 65536) / 4
        end = start + head[2] / 4
    }
    next
}
have == 8 {
    count[(head[0] % 65536 == 1 ? "compute_" : "sm_") head[7]]++
    start += (head[1] + head[2]) / 4
}
END { for (name in count) print name, count[name] }
