# From what cuobjdump -res-usage -sass says, demangled, to a table of chosen kernels: see Scripts/cuda-statistics.
function choose(pattern, name, block, each) { patterns[++count] = pattern; names[count] = name; threads[count] = block; values[count] = each }
# Patterns name bf16; cards without its products compute in fp16.
function chosen(text,    i) {
    if (card < 80) {
        if (text ~ /__nv_bfloat16/) return 0
        gsub(/__half/, "__nv_bfloat16", text)
    }
    for (i = 1; i <= count; i++) if (index(text, patterns[i])) return i
    return 0
}
# Registers are given to warps by 256; from sm_80 on a block takes 1 KB of shared memory for the system.
function blocks(card, block, registers, shared,    warps, most, by) {
    warps = int((block + 31) / 32)
    most = int((card == 75 ? 1024 : 2048) / block)
    by = int(65536 / (int((registers * 32 + 255) / 256) * 256 * warps))
    if (by < most) most = by
    if (shared > 0) {
        by = int(memory[card] * 1024 / (shared + (card >= 80 ? 1024 : 0)))
        if (by < most) most = by
    }
    return most
}
# The loop that loads most from the card's memory, of several the shortest: the one over rows or tiles. A thread that makes one
# turn has all of the kernel.
function finish(    i, j, size, found, best, most) {
    if (!kernel || !instructions) return
    best = instructions
    most = 0
    for (i = 1; i <= jumps; i++) {
        size = (jump_from[i] - jump_to[i]) / 16 + 1
        found = 0
        for (j = 1; j <= loads; j++) found += load_at[j] >= jump_to[i] && load_at[j] <= jump_from[i]
        if (found > most || (found == most && found > 0 && size < best)) { most = found; best = size }
    }
    turn[kernel, card] = best
    instructions = jumps = loads = 0
}
BEGIN {
    memory[60] = 64; memory[70] = 96; memory[75] = 64; memory[80] = 164; memory[90] = 228
    choose("over_rows<8, mammo_cuda::gelu_values<__nv_bfloat16, 8>", "GELU", 256, 8)
    choose("gelu_slopes<__nv_bfloat16, 8, true>", "GELU and its gradient", 256, 8)
    choose("norm_in_registers<mammo_cuda::norm_row<4, 3, 8>, __nv_bfloat16, __nv_bfloat16>", "LayerNorm of 96 channels", 256, 24)
    choose("norm_gradient_in_registers<mammo_cuda::norm_row<8, 3, 4>, __nv_bfloat16, __nv_bfloat16, __nv_bfloat16>", "its gradient", 256, 12)
    choose("over_rows<4, mammo_cuda::residual_values<__nv_bfloat16, 4>", "residual", 256, 4)
    choose("residual_slopes<__nv_bfloat16, 4>", "its gradient", 256, 4)
    choose("depthwise_tiles<mammo_cuda::tiling<7, 1>, float, __nv_bfloat16>", "depthwise 7×7", 192, 0)
    choose("depthwise_tiles<mammo_cuda::tiling<7, 1>, __nv_bfloat16, float>", "gradient of its input", 192, 0)
    choose("depthwise_tap_sums<mammo_cuda::tiling<7, 1>, true, float, __nv_bfloat16>", "gradient of its taps", 192, 16)
}
/^arch = sm_/ { finish(); kernel = 0; card = substr($3, 4) + 0; next }
/^ *Function .*:$/ { resource = chosen($0); next }
/^ *REG:/ {
    if (!resource) next
    registers[resource, card] = shared[resource, card] = 0
    for (i = 1; i <= NF; i++) {
        split($i, part, ":")
        if (part[1] == "REG") registers[resource, card] = part[2] + 0
        if (part[1] == "SHARED") shared[resource, card] = part[2] + 0
        # Of sm_90 the system's part is counted where there is any.
        if (part[1] == "SHARED" && card >= 90 && part[2] >= 1024) shared[resource, card] -= 1024
    }
    if (!(card in cards)) { cards[card] = 1; order[++columns] = card }
    next
}
/^\t*Function : / { finish(); kernel = chosen($0); instructions = jumps = loads = 0; next }
kernel && /^ +\/\*[0-9a-f]+\*\/ +[^ ]/ {
    match($0, /\/\*[0-9a-f]+\*\//)
    at = hexadecimal(substr($0, RSTART + 2, RLENGTH - 4))
    if ($0 ~ / NOP ?;/) next
    instructions++
    if ($0 ~ / LDG/) load_at[++loads] = at
    if ($0 ~ / BRA[.A-Z]* / && match($0, /0x[0-9a-f]+ ?;/)) {
        to = hexadecimal(substr($0, RSTART + 2, RLENGTH - 3))
        if (to < at) { jump_from[++jumps] = at; jump_to[jumps] = to }
    }
}
function hexadecimal(text,    i, value) {
    value = 0
    gsub(/[^0-9a-f]/, "", text)
    for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
    return value
}
END {
    finish()
    printf "| kernel, in 16 bits | threads |"
    for (c = 1; c <= columns; c++) printf " sm_%d: registers | shared KB | blocks | instructions a value |", order[c]
    printf "\n|---|---:|"
    for (c = 1; c <= columns; c++) printf "---:|---:|---:|---:|"
    printf "\n"
    for (i = 1; i <= count; i++) {
        printf "| %s | %d |", names[i], threads[i]
        for (c = 1; c <= columns; c++) {
            card = order[c]
            if (!((i, card) in registers)) { printf " | | | |"; continue }
            printf " %d | %.1f | %d |", registers[i, card], shared[i, card] / 1024, blocks(card, threads[i], registers[i, card], shared[i, card])
            if (values[i]) printf " %.1f |", turn[i, card] / values[i]
            else printf " |"
        }
        printf "\n"
    }
}
