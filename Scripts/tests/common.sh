# What the tests of scripts share; to be sourced from the repository's root.
# shellcheck shell=bash
# shellcheck source=Scripts/common.sh
source Scripts/common.sh

# Ends a test that cannot be run here, by its name and with the reason.
skip() {
    echo "skipped: ${0##*/}: $*"
    exit 0
}

# Installs what a test needs, or skips it.
need() {
    local said
    said=$(Scripts/install "$@" 2>&1) || skip "packages cannot be had ($*): $(tail -n 1 <<<"$said")"
}

# Fails with the files that tell why.
fail() {
    echo "FAILED: ${0##*/}: $*" >&2
    exit 1
}

# Says what has been shown.
shown() { echo "ok: $*"; }

# Waits until a command succeeds, for at most so many seconds.
within() {
    local seconds=$1 end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || fail "after $seconds s still not: $*"
        sleep 0.05
    done
}

# Whether a table has more lines than so many.
has_lines() { [ "$(wc -l 2>/dev/null <"$1" || echo 0)" -gt "$2" ]; }

# A run's steps without how long they took.
steps() { cut -d, -f1-4 "$1/steps.csv"; }

# Images and what the manifest says of them, without times.
images() {
    (cd "$1" && sha256sum ./*.png && sed -E 's/"seconds":[^,]*,//' manifest.jsonl | sort)
}
