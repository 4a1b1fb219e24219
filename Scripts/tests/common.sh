# What the tests of scripts share; to be sourced before a script changes its folder.
# shellcheck shell=bash
# shellcheck source=Scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

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

# A Debian without anything but its required packages and apt, as a folder; made by debootstrap, as root, and kept in
# BARE_ROOTS (.build-roots). Where it cannot be had, the status is 1 and standard output has the reason.
# usage: bare_debian SUITE
bare_debian() {
    local root=${BARE_ROOTS:-.build-roots}/$1 log
    if [ ! -e "$root/made" ]; then
        command -v debootstrap >/dev/null || { echo "there is no debootstrap here" && return 1; }
        [ "$(id -u)" = 0 ] || { echo "debootstrap needs root" && return 1; }
        rm -rf "$root"
        mkdir -p "$root"
        log=$(timeout 600 debootstrap --variant=minbase "$1" "$root" 2>&1) || {
            rm -rf "$root"
            echo "its packages cannot be had: $(tail -n 1 <<<"$log")" && return 1
        }
        touch "$root/made"
    fi
    echo "$root"
}

# A copy of a bare Debian with /proc and a network, to install packages in; `inside FOLDER COMMAND…` runs there as root. The
# caller unmounts FOLDER/proc. Where it cannot be had, the status is 1 and standard output has the reason.
# usage: bare_copy SUITE FOLDER
bare_copy() {
    local bare
    bare=$(bare_debian "$1") || { echo "$bare" && return 1; }
    cp -a "$bare" "$2"
    mount -t proc proc "$2/proc" || { echo "/proc cannot be mounted in the bare system" && return 1; }
    cp -L /etc/resolv.conf "$2/etc/resolv.conf"
    inside "$2" apt-get update -qq >"$2/tmp/log" 2>&1 ||
        { echo "apt's lists cannot be had: $(tail -n 1 "$2/tmp/log")" && return 1; }
}
inside() {
    chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive HOME=/root "${@:2}"
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

# Whether the last columns of two tables are the same but for so much, of 1 and of the value.
# usage: close FILE FILE MOST
close() {
    awk -F, -v most="$3" 'NR == FNR { a[FNR] = $NF; next }
        FNR > 1 { d = a[FNR] - $NF; if (d < 0) d = -d; if (d > most * (1 + ($NF < 0 ? -$NF : $NF))) bad++; lines++ }
        END { exit !(lines > 0 && lines == length(a) - 1 && !bad) }' "$1" "$2"
}

# Images and what the manifest says of them, without times.
images() {
    (cd "$1" && sha256sum ./*.png && sed -E 's/"seconds":[^,]*,//' manifest.jsonl | sort)
}

# Makes a program that stands for mammo: the second of several processes that train together, the one that does not hold the
# run's folder, is killed after so many steps.
# usage: mortal_second FILE MAMMO STEPS
mortal_second() {
    cat >"$1" <<EOF
#!/usr/bin/env bash
[ "\${MAMMO_RANK:-\${OMPI_COMM_WORLD_RANK:-}}" != 1 ] || export MAMMO_TEST_SIGNAL=KILL:step:$3
exec '$2' "\$@"
EOF
    chmod +x "$1"
}

# Makes a program that stands for mammo: the first time that it works on a part, it is killed when one of the part's images is
# done. FILE.was-killed says that it was.
# usage: mortal_mammo FILE MAMMO PART     with SPLITS exported
mortal_mammo() {
    cat >"$1" <<EOF
#!/usr/bin/env bash
if [[ "\$*" == *"--list \$SPLITS/part-$3.txt"* && ! -e '$1.was-killed' ]]; then
    touch '$1.was-killed'
    export MAMMO_TEST_SIGNAL=KILL:image:1
fi
exec '$2' "\$@"
EOF
    chmod +x "$1"
}
