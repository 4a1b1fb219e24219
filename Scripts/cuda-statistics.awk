# From what cuobjdump -res-usage -sass says, demangled, to a table of chosen kernels: see Scripts/cuda-statistics.
# `by`: the instruction that tells the loop that is counted; LDG where it is not given.
function choose(pattern, name, block, each, by) {
    patterns[++count] = pattern; names[count] = name; threads[count] = block; values[count] = each; tells[count] = by ? by : "LDG"
}
# Patterns name bf16; cards without its products compute in fp16.
function chosen(text,    i) {
    gsub(/ >/, ">", text)
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
# Finds the loop that is counted: the one with the most instructions of the kind that `by` names (loads from the card's memory in a
# loop over rows, multiplications in a loop over taps), and the shortest of several. Without a loop the whole kernel is counted.
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
    bf16 = "__nv_bfloat16"
    both = bf16 ", " bf16
    choose("fused_tiles<" both ", mammo_cuda::fused_tiling<128>, true, mammo_cuda::fused_gelu<", "product and GELU, of an mma.sync", 256, 32, "HMMA")
    choose("fused_tiles<" both ", mammo_cuda::fused_tiling<96>, true, mammo_cuda::fused_residual<", "product and residual, of an mma.sync", 256, 24, "HMMA")
    choose("fused_tiles<" both ", mammo_cuda::fused_tiling<128>, false, mammo_cuda::fused_gelu_slopes<", "product and GELU's gradient, of an mma.sync", 256, 32, "HMMA")
    tiles = "fused_tiles<" both ", mammo_cuda::fused_tiling<"
    rounded = "mammo_cuda::fused_affine<" both ">, mammo_cuda::"
    choose(tiles "96>, true, " rounded "stored_matrix<", "product, bias and activation, of an mma.sync", 256, 24, "HMMA")
    choose(tiles "96>, true, " rounded "stored_images<", "convolution of images, of an mma.sync", 256, 24, "HMMA")
    choose(tiles "128>, true, mammo_cuda::fused_affine<float, " bf16 ">, mammo_cuda::gated_matrix<", "gated convolution, of an mma.sync", 256, 32, "HMMA")
    choose("weight_sums<" bf16 ", mammo_cuda::fused_tiling<64>", "gradient of a convolution's weights, of an mma.sync", 256, 16, "HMMA")
    choose("depthwise_rows<7, 1, (mammo_cuda::sums_are)0, float, " bf16 ">", "depthwise 7×7", 128, 28, "FFMA")
    choose("depthwise_rows<7, 1, (mammo_cuda::sums_are)1, " bf16 ", float>", "gradient of its input", 128, 28, "FFMA")
    choose("depthwise_tap_sums<7, 1, float, " bf16 ">", "gradient of its taps", 128, 28, "FFMA")
    choose("depthwise_rows<5, 1, (mammo_cuda::sums_are)0, " both ">", "depthwise 5×5", 128, 40, "FFMA")
    choose("depthwise_tap_sums<5, 1, " both ">", "gradient of its taps", 128, 40, "FFMA")
    choose("depthwise_rows<3, 1, (mammo_cuda::sums_are)0, " both ">", "depthwise 3×3", 128, 24, "FFMA")
    choose("depthwise_tap_sums<3, 1, " both ">", "gradient of its taps", 128, 24, "FFMA")
    choose("depthwise_rows<3, 2, (mammo_cuda::sums_are)0, " both ">", "depthwise 3×3, stride 2", 128, 8, "FFMA")
    choose("depthwise_spread_rows<3, false, " both ">", "gradient of its input", 128, 32, "FFMA")
    choose("depthwise_tap_sums<3, 2, " both ">", "gradient of its taps", 128, 8, "FFMA")
    choose("over_rows<8, mammo_cuda::affine_values<" both ", 8, 2>", "affine with SiLU", 256, 8)
    choose("moments<" bf16 ", 8>", "batch_moments", 256, 64)
    choose("slope_sums<" both ", 8, 2>", "batch_slopes with SiLU", 256, 8)
    choose("input_slopes<" both ", " bf16 ", 8, 2>", "batch_gradient with SiLU", 256, 8)
    choose("product_values<" both ", 8>", "image_products", 256, 8)
    choose("gathered_rows<" both ", 8>", "gather_patches", 256, 8)
    choose("scattered_rows<" both ", 8>", "scatter_patches, of a patch", 256, 8)
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
    if (index($0, " " tells[kernel])) load_at[++loads] = at
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
