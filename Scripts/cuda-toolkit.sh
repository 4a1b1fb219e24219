# Where NVIDIA's compiler comes from; to be sourced after common.sh, from the repository's root.
# shellcheck shell=bash
# shellcheck disable=SC2034 # toolkit is for whoever sources this

# The folder of the CUDA toolkit that is installed: of CUDA_HOME, PATH or /usr/local/cuda; status 1 where there is none.
installed_cuda() {
    local nvcc
    if [ -n "${CUDA_HOME:-}" ] && [ -x "$CUDA_HOME/bin/nvcc" ]; then
        echo "$CUDA_HOME"
    elif nvcc=$(command -v nvcc); then
        dirname "$(dirname "$(readlink -f "$nvcc")")"
    elif [ -x /usr/local/cuda/bin/nvcc ]; then
        echo /usr/local/cuda
    else
        return 1
    fi
}

# The version of a toolkit, as 11.8, by its folder.
cuda_version() { "$1/bin/nvcc" --version | sed -nE 's/.*release ([0-9.]+),.*/\1/p'; }

# Installs CUDA 13.0's compiler from PyPI below a folder, unless it is there; `toolkit` is its own folder then.
cuda_from_pypi() {
    local folder=$1
    # All pinned: their own requirements are not.
    local packages=(
        nvidia-cuda-nvcc==13.0.88 nvidia-nvvm==13.0.88 nvidia-cuda-crt==13.0.88 nvidia-cuda-runtime==13.0.96
        nvidia-cuda-cccl==13.0.85
    )
    if [ ! -e "$folder/complete" ]; then
        rm -rf "$folder"
        python3 -m venv "$folder"
        "$folder/bin/pip" install -q --no-deps "${packages[@]}" >&2
        touch "$folder/complete"
    fi
    toolkit=$(echo "$folder"/lib/python3*/site-packages/nvidia/cu13)
}

# Unpacks what CUDA 11.8's compiler needs from Debian 12's non-free packages into a folder, unless it is there; `toolkit` is
# the folder then, laid out as by NVIDIA's installer. apt verifies the packages by Debian's keys. Its sources and its state
# are in a folder that is deleted with the packages; the system's are not touched. The host compiler is Debian's g++-11.
# DEBIAN_MIRROR: where Debian's packages are; the mirror of the system's own bookworm sources, if not given.
cuda_from_debian() {
    local mirror folder=$1 part=$1.part key=/usr/share/keyrings/debian-archive-keyring.gpg
    toolkit=$folder
    [ ! -e "$folder/complete" ] || return 0
    command -v apt-get >/dev/null || die "--from-debian needs apt-get, which is not on the path"
    # shellcheck disable=SC2016 # apt's own names
    mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' 'Component: main' | head -n 1)}
    [ -n "$mirror" ] || die "--from-debian: apt has no source of Debian bookworm; name a mirror by DEBIAN_MIRROR"
    [ -e $key ] || Scripts/install debian-archive-keyring >&2
    command -v g++-11 >/dev/null || Scripts/install g++-11 >&2
    rm -rf "$folder" "$part"
    mkdir -p "$folder" "$part"/{sources,lists/partial,cache/archives/partial}
    part=$(realpath "$part")
    echo "deb [signed-by=$key] $mirror bookworm non-free" >"$part/sources/cuda.list"
    local apt=(
        apt-get -qq -oDir::Etc::SourceList=/dev/null -oDir::Etc::SourceParts="$part/sources" -oDir::State::Lists="$part/lists"
        -oDir::Cache="$part/cache" -oAPT::Sandbox::User=root
    )
    "${apt[@]}" update >&2
    (cd "$part" && "${apt[@]}" download nvidia-cuda-toolkit nvidia-cuda-dev >&2)
    unpack_package "$part"/nvidia-cuda-toolkit_*.deb "$folder" ./usr/bin/{cudafe++,cuobjdump,fatbinary,ptxas} \
        ./usr/lib/nvidia-cuda-toolkit/{bin/cicc,bin/crt,bin/nvcc,libdevice} ./usr/share/doc/nvidia-cuda-toolkit/copyright
    unpack_package "$part"/nvidia-cuda-dev_*.deb "$folder" ./usr/include "./usr/lib/$(uname -m)-linux-gnu/libcudart_static.a"
    cat >"$folder/bin/nvcc.profile" <<'PROFILE'
TOP = $(_HERE_)/..
NVVMIR_LIBRARY_DIR = $(TOP)/nvvm/libdevice
PATH += $(_HERE_):
INCLUDES += "-I$(TOP)/include" $(_SPACE_)
LIBRARIES =+ $(_SPACE_) "-L$(TOP)/lib"
PROFILE
    rm -r "$part"
    touch "$folder/complete"
}

# Unpacks members of a Debian package into a folder. tar stops once it has them all; dpkg-deb then ends with a broken pipe.
unpack_package() {
    local package=$1 folder=$2 places='s,^./usr/,,;s,^lib/nvidia-cuda-toolkit/libdevice,nvvm/libdevice,'
    places+=';s,^lib/nvidia-cuda-toolkit/,,;s,^lib/[^/]*-linux-gnu/,lib/,'
    shift 2
    { dpkg-deb --fsys-tarfile "$package" 2>/dev/null || true; } | tar x -C "$folder" --occurrence=1 --transform "$places" "$@"
}
