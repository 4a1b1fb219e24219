# Makes folders of programs that run on a Linux of this architecture where nothing is installed; to be sourced after
# common.sh. Such a folder has
#   bin/NAME       starts libexec/NAME with what lies beside it, under glibc/ too where the system's C library is older
#   libexec/NAME   the program
#   lib/           its libraries
#   glibc/         this system's C library and loader
#   share/         DCMTK's dictionary, licences
# shellcheck shell=bash

# Where what is copied came from, and the licences of what belongs to no package.
portable_sources=()
declare -A portable_own=()

# Begins a folder anew.
portable_begin() {
    rm -rf "$1"
    mkdir -p "$1"/{bin,glibc,lib,libexec,share/dcmtk,share/licences}
}

portable_copy() {
    cp -L "$1" "$2"
    portable_sources+=("$1")
}

# Copies a library of our own that programs open by its path.
# usage: portable_plugin FOLDER NAME FILE LICENCE
portable_plugin() {
    portable_copy "$3" "$1/lib/$2"
    portable_own[$3]=$4
}

# The plugin for NVIDIA cards, as a path that may not be there: MAMMO_CUDA_PLUGIN, or the one in .build-cuda; with CUDA 11.8 where
# that toolkit is there, since it covers the most cards and drivers.
portable_cuda_file() {
    local root
    root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
    if [ -z "${MAMMO_CUDA_PLUGIN:-}" ] && [ -e "$root/.build-cuda/toolkit-11.8/complete" ]; then
        # Nothing is compiled where it is up to date.
        "$root/Scripts/build-cuda" --from-debian --quiet >&2
    fi
    echo "${MAMMO_CUDA_PLUGIN:-$root/.build-cuda/libmammo_cuda.so}"
}

# Copies that plugin; CUDA's runtime is linked in.
# usage: portable_cuda_plugin FOLDER FILE
portable_cuda_plugin() {
    portable_plugin "$1" libmammo_cuda.so "$2" "mammo, NVIDIA's CUDA runtime (https://docs.nvidia.com/cuda/eula)"
}

# Copies a program and writes what starts it.
# usage: portable_program FOLDER NAME FILE
portable_program() {
    install -m 755 "$3" "$1/libexec/$2"
    cat >"$1/bin/$2" <<SH
#!/bin/sh
# $2 with the libraries that lie beside it; under the C library that lies beside it too where the system's is older.
here=\$(dirname "\$(readlink -f "\$0")")/..
if [ -z "\${DCMDICTPATH:-}" ]; then
    DCMDICTPATH=\$here/share/dcmtk/dicom.dic
    [ ! -f "\$here/share/dcmtk/private.dic" ] || DCMDICTPATH=\$DCMDICTPATH:\$here/share/dcmtk/private.dic
    export DCMDICTPATH
fi
if [ -z "\${MAMMO_CUDA_PLUGIN:-}" ] && [ -f "\$here/lib/libmammo_cuda.so" ]; then
    MAMMO_CUDA_PLUGIN=\$here/lib/libmammo_cuda.so
    export MAMMO_CUDA_PLUGIN
fi
# What starts itself anew for a part of the work is started like this: /proc/self/exe may be the loader.
MAMMO_EXECUTABLE=\$here/bin/mammo
export MAMMO_EXECUTABLE
# Arguments and the libraries' places are read from /proc.
[ -r /proc/self/exe ] || { echo "$2: /proc is not there; mount it: mount -t proc proc /proc" >&2; exit 1; }
if "\$here/libexec/mammo" --version >/dev/null 2>&1; then exec "\$here/libexec/$2" "\$@"; fi
exec "\$here/glibc/LOADER" --library-path "\$here/glibc:\$here/lib" "\$here/libexec/$2" "\$@"
SH
    chmod 755 "$1/bin/$2"
}

# Copies the libraries that programs and libraries in a folder are linked with, strips all of them, and makes them find each
# other there. To be called when all programs and plugins are in it.
portable_link() {
    local folder=$1 library path loader file
    # The loader and the C library's own parts belong together, and are used together or not at all.
    local glibc=' ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libutil.so.1 libresolv.so.2 '
    local needed=("$folder"/libexec/*)
    for file in "$folder"/lib/*; do [ ! -f "$file" ] || needed+=("$file"); done
    # Debian's alternative for libblas.so.3 and liblapack.so.3, which OpenCV is linked with and nothing here calls, may be OpenBLAS
    # with 37 MB: the plain ones are preferred.
    local plain=(/usr/lib/*/blas /usr/lib/*/lapack)
    LD_LIBRARY_PATH=$(IFS=: && echo "${plain[*]}")${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} ldd "${needed[@]}" >"$folder/needed"
    ! grep 'not found' "$folder/needed" || die "libraries are missing"
    while read -r library path; do
        if [[ $glibc == *" ${library##*/} "* ]]; then
            portable_copy "$path" "$folder/glibc/"
        else
            portable_copy "$path" "$folder/lib/"
        fi
    done < <(sed -nE 's/^\s+(\S+) => (\/\S+) .*/\1 \2/p; s/^\s+(\/\S+) \(.*/\1 \1/p' "$folder/needed" | sort -u)
    rm "$folder/needed"
    loader=$(cd "$folder/glibc" && echo ld-linux-*)
    chmod 755 "$folder/glibc/$loader"
    sed -i "s/LOADER/$loader/" "$folder"/bin/*
    chmod u+w "$folder"/lib/*
    strip --strip-unneeded "$folder"/lib/*
    for file in "$folder"/libexec/*; do strip_program "$file"; done
    # RUNPATH is not inherited: every library needs its own.
    for file in "$folder"/lib/*; do patchelf --set-rpath "\$ORIGIN" "$file"; done
    for file in "$folder"/libexec/*; do patchelf --set-rpath "\$ORIGIN/../lib" "$file"; done
}

# Copies DCMTK's dictionary.
portable_dictionary() {
    local dictionary
    dictionary=$(find /usr/share /usr/local/share -name dicom.dic -path '*dcmtk*' 2>/dev/null | sort | tail -n 1)
    [ -n "$dictionary" ] || die "DCMTK's dicom.dic was not found below /usr/share"
    portable_copy "$dictionary" "$1/share/dcmtk/"
    [ ! -f "${dictionary%/*}/private.dic" ] || portable_copy "${dictionary%/*}/private.dic" "$1/share/dcmtk/"
}

# Copies a licence for everything that was copied: Debian's copyright files, Swift's own, and those of what is linked in.
# share/licences/LIST says which belongs to what. A text that several packages share is there once, with links to it.
portable_licences() {
    local folder=$1 root library swift source file real package sum
    local -A text=()
    root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
    cp "$root/LICENSE" "$folder/share/licences/mammo"
    # Any build has the same checkouts: all of them keep to Package.resolved.
    while read -r library; do
        file=$(find "$root"/.build*/checkouts/"$library" -maxdepth 1 -name 'LICENSE*' 2>/dev/null | head -n 1) || true
        [ -n "$file" ] || die "there is no licence of $library in .build*/checkouts"
        cp "$file" "$folder/share/licences/$library"
    done < <(sed -n 's/.*"identity" : "\(.*\)".*/\1/p' "$root/Package.resolved")
    swift=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")
    cp "$swift/share/swift/LICENSE.txt" "$folder/share/licences/swift"
    {
        printf '%-40s %s\n' file 'licence (share/licences/…)'
        for file in "$folder"/libexec/*; do
            printf '%-40s %s\n' "libexec/${file##*/}" 'mammo, swift-argument-parser, swift'
        done
        for source in "${portable_sources[@]}"; do
            file=${source##*/}
            # A library may be known by its path before or after /lib became a link to /usr/lib.
            real=$(readlink -f "$source")
            package=$(dpkg -S "$real" "${real#/usr}" "$source" 2>/dev/null | head -n 1 | cut -d: -f1) || true
            if [ -n "$package" ]; then
                cp -L "/usr/share/doc/$package/copyright" "$folder/share/licences/$package"
                printf '%-40s %s\n' "$file" "$package ($(dpkg-query -W -f '${Version}' "$package" | head -n 1))"
            elif [[ $source == "$swift"/* ]]; then
                printf '%-40s %s\n' "$file" swift
            elif [ -n "${portable_own[$source]:-}" ]; then
                printf '%-40s %s\n' "$file" "${portable_own[$source]}"
            else
                die "$source belongs to no package: its licence is not known"
            fi
        done | sort -u
    } >"$folder/share/licences/LIST"
    while read -r sum file; do
        [ -z "${text[$sum]:-}" ] || ln -sf "${text[$sum]}" "$folder/share/licences/$file"
        text[$sum]=${text[$sum]:-$file}
    done < <(cd "$folder/share/licences" && sha256sum -- * | sort -k 2)
}
