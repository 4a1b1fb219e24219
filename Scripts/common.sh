# What the scripts share; to be sourced.
# shellcheck shell=bash

# Ends the script with a line that says why.
die() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# Runs a command as root.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
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

# A number from a line of JSON, by its key; 0 where it is not there.
json_number() {
    local number
    number=$(sed -n "s/.*\"$1\":\([0-9][0-9.]*\).*/\1/p" "$2" 2>/dev/null | tail -n 1)
    echo "${number:-0}"
}
