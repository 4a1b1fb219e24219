# What the scripts share; to be sourced before a script changes its folder: --help reads the script itself.
# shellcheck shell=bash

script_file=$0
[[ $script_file = /* ]] || script_file=$PWD/$script_file

# Prints the comment at the top of the script, which contains its usage. No program is needed for it.
script_help() {
    local line
    while IFS= read -r line; do
        case $line in
        '#!'* | '#SBATCH'* | '# shellcheck '*) ;;
        '#'*)
            line=${line#'#'}
            printf '%s\n' "${line#' '}"
            ;;
        *) break ;;
        esac
    done <"$script_file"
}

# Prints the script's help and ends it where -h or --help is among the arguments, as far as --. Scripts that hand their
# options on to a program give the first argument alone.
help_if_asked() {
    local argument
    for argument; do
        case $argument in
        -h | --help) script_help && exit 0 ;;
        --) break ;;
        esac
    done
}

# Ends the script with status 64, a line that says what is wrong, and the lines of its usage.
wrong_usage() {
    local line shown=''
    echo "${0##*/}: $*" >&2
    while IFS= read -r line; do
        case $line in
        usage:*) shown=1 ;;
        ' '*) ;;
        *) shown='' ;;
        esac
        [ -z "$shown" ] || printf '%s\n' "$line" >&2
    done < <(script_help)
    exit 64
}

# For a script that takes no arguments.
no_arguments() {
    help_if_asked "$@"
    [ $# -eq 0 ] || wrong_usage "unexpected argument '$1'; this script takes none"
}

# Ends the script with a line that says why.
die() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# Runs a command as root.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# The C compiler of the Swift toolchain, as a path: `swift` may be a link into it.
swift_clang() { echo "$(dirname "$(readlink -f "$(command -v swift)")")/clang"; }

# Compiles the program that times the inner loops (Sources/bench-kernels), in the repository's root.
# usage: build_bench_kernels FILE OPTION OF clang...
build_bench_kernels() {
    local sources out=$1
    shift
    mkdir -p "$(dirname "$out")"
    mapfile -t sources < <(find Sources/bench-kernels Sources/CKernels -name '*.c')
    "$(swift_clang)" -std=gnu11 -Wall -Wextra -Werror "$@" -ISources/CKernels/include -ISources/CKernels -ISources/CMessage/include \
        "${sources[@]}" -o "$out" -lm -ldl
}

# The executable, as an absolute path: MAMMO, or the one built here, built first where there is none.
mammo_executable() {
    local root path
    if [ -n "${MAMMO:-}" ]; then
        path=$(command -v "$MAMMO") || die "MAMMO is $MAMMO, and there is no such program"
        realpath "$path"
        return
    fi
    root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
    path=$root/.build/release/mammo
    if [ ! -x "$path" ]; then
        "$root/Scripts/install" >&2
        (cd "$root" && swift build -c release --product mammo >&2)
    fi
    [ -x "$path" ] || die "there is no $path; build it with: swift build -c release --product mammo"
    realpath "$path"
}

# A product of this package with Swift's runtime linked in, as an absolute path; brought up to date in .build-static first.
static_product() {
    local root
    root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
    (cd "$root" && swift build -c release --product "$1" --static-swift-stdlib --scratch-path .build-static >&2) ||
        die "$1 was not built"
    realpath "$root/.build-static/release/$1"
}

# The executable that packages and bundles carry, as an absolute path: MAMMO, or the one with Swift's runtime linked in.
packaged_executable() {
    if [ -n "${MAMMO:-}" ]; then mammo_executable; else static_product mammo; fi
}

# Strips a program, and writes zeros over what depends on the folder that it was compiled in: hashes of the compiler's input, and
# the linker's identifier, behind its header of 16 bytes. Nothing reads them at run time, and the same commit then gives the same
# bytes wherever it is compiled. In place: objcopy takes GNU_RELRO away together with a section.
strip_program() {
    local section kept offset size
    strip --strip-all --remove-section=.comment "$1"
    while read -r section kept; do
        read -r offset size < <(readelf -SW "$1" | sed -nE "s/.* $section +[A-Z]+ +\S+ (\S+) (\S+) .*/\1 \2/p") || continue
        head -c $((16#$size - kept)) /dev/zero |
            dd of="$1" seek=$((16#$offset + kept)) oflag=seek_bytes conv=notrunc status=none
    done <<<'\.swift_modhash 0
\.note\.gnu\.build-id 16'
}

# The version that an executable prints.
version_of() { "$1" --version | sed 's/^mammo \([^,]*\),.*/\1/'; }

# When the commit was made that is checked out, in seconds since 1970: files that are made of it carry this date, so that the
# same commit gives the same bytes. SOURCE_DATE_EPOCH takes precedence.
source_date() {
    local root
    root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
    echo "${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 0)}"
}

# A number from a line of JSON, by its key; 0 where it is not there.
json_number() {
    local number
    number=$(sed -n "s/.*\"$1\":\([0-9][0-9.]*\).*/\1/p" "$2" 2>/dev/null | tail -n 1)
    echo "${number:-0}"
}

# The settings of data that all stages share: IMAGES, CSV, OUT, PARTS, SPLITS, each with its default, and MAMMO.
data_settings() {
    MAMMO=$(mammo_executable)
    IMAGES=${IMAGES:-train_images}
    CSV=${CSV:-train.csv}
    OUT=${OUT:-png}
    PARTS=${PARTS:-8}
    SPLITS=${SPLITS:-$OUT-parts}
    # In words, as the shell has them.
    read -ra preprocess_options <<<"${PREPROCESS_OPTIONS:-}"
    export MAMMO IMAGES CSV OUT PARTS SPLITS
    case $PARTS in '' | *[!0-9]* | 0) die "PARTS is '$PARTS', expected a number from 1" ;; esac
    [ -f "$CSV" ] || die "CSV is $CSV, and there is no such table"
    [ -d "$IMAGES" ] || die "IMAGES is $IMAGES, and there is no such folder"
}

# Runs a command, hands it a SIGTERM that this shell is sent, and returns its status. mammo takes the signal as the wish to
# finish what is under way; Ctrl-C comes to it from the terminal by itself. STOP has a command for those that do not.
# Afterwards asked_to_stop says whether there was one.
run_stoppable() {
    local pid status=0
    "$@" &
    pid=$!
    trap 'asked_to_stop=1; ${STOP:-kill -TERM $pid}' TERM
    trap ':' INT
    wait "$pid" || status=$?
    # A signal ends the wait and not the command.
    while kill -0 "$pid" 2>/dev/null; do
        status=0
        wait "$pid" || status=$?
    done
    trap - TERM INT
    return "$status"
}

# Preprocesses a part with some images at a time; its summary lies in part-N.json, its messages in part-N.log, its status
# in part-N.status. What is done is passed over.
preprocess_part() {
    local place=$SPLITS/part-$1 status=0
    rm -f "$place.status" "$place.json"
    # More parts than patients leave some without images.
    if [ -s "$place.txt" ]; then
        run_stoppable "$MAMMO" preprocess --images "$IMAGES" --list "$place.txt" --out "$OUT" --jobs "$2" --json \
            "${preprocess_options[@]}" >"$place.json" 2>>"$place.log" || status=$?
    else
        [ -f "$place.txt" ] || die "there is no $place.txt; make it with: mammo split --csv $CSV --parts $PARTS --out $SPLITS"
    fi
    echo "$status" >"$place.status"
    return "$status"
}

# The parts as a table: what their last runs did.
parts_table() {
    local part place json images state
    printf '%4s  %7s  %8s  %11s  %7s  %8s  %s\n' part images written 'done before' failed seconds state
    for ((part = 0; part < PARTS; part++)); do
        place=$SPLITS/part-$part
        json=$place.json
        images=$(wc -l <"$place.txt")
        case $(cat "$place.status" 2>/dev/null) in
        0) state='done' ;;
        3) state="some failed, see $place.log" ;;
        130) state='interrupted' ;;
        '') state='not done' ;;
        *) state="ended with status $(cat "$place.status"), see $place.log" ;;
        esac
        printf '%4d  %7d  %8s  %11s  %7s  %8.1f  %s\n' "$part" "$images" "$(json_number written "$json")" \
            "$(json_number done_before "$json")" "$(($(json_number failed "$json") + $(json_number refused "$json")))" \
            "$(json_number seconds "$json")" "$state"
    done
}

# Checks all images against the table; the status of mammo preprocess --verify.
verify_all() {
    "$MAMMO" preprocess --verify --csv "$CSV" --out "$OUT" "${preprocess_options[@]}"
}
