// Opens cuBLASLt and NCCL. Compiled for cards and for the emulation alike: the search is the same on both.
#include "context.cuh"
#include "context/context.h"
#include "cublaslt.h"
#include "nccl.h"
#include "search.h"

#include <cstdio>

namespace mammo_cuda {

static void describe(mammo_cuda_library_place *place, const std::string &path, int version) {
    if (!place) return;
    snprintf(place->path, sizeof place->path, "%s", path.c_str());
    place->version = version;
}

#define FIND(prefix, name) TRY(find_function(library, prefix #name, reinterpret_cast<void **>(&found.name)))

namespace cublaslt {

static const wanted_library wanted = {
    "cuBLASLt",
    {"libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11"},
    "it comes with the CUDA toolkit, with PyTorch, or by 'pip install nvidia-cublas'; name its folder by --cuda-libraries"};

mammo_cuda_status open(const char *folder, functions &out, handle *handle, mammo_cuda_library_place *place) {
    return open_library(wanted, folder, [&](void *library, const std::string &path) -> mammo_cuda_status {
        functions found = {};
        FIND("cublasLt", Create);
        FIND("cublasLt", Destroy);
        FIND("cublasLt", GetVersion);
        FIND("cublasLt", GetStatusString);
        FIND("cublasLt", MatmulDescCreate);
        FIND("cublasLt", MatmulDescDestroy);
        FIND("cublasLt", MatmulDescSetAttribute);
        FIND("cublasLt", MatrixLayoutCreate);
        FIND("cublasLt", MatrixLayoutDestroy);
        FIND("cublasLt", MatmulPreferenceCreate);
        FIND("cublasLt", MatmulPreferenceDestroy);
        FIND("cublasLt", MatmulPreferenceSetAttribute);
        FIND("cublasLt", MatmulAlgoGetHeuristic);
        FIND("cublasLt", MatmulAlgoCheck);
        FIND("cublasLt", Matmul);
        const int code = found.Create(handle);
        if (code != success) {
            return fail(
                mammo_cuda_no_library, "cuBLASLt %zu refuses this device or driver: %s", found.GetVersion(),
                found.GetStatusString(code));
        }
        out = found;
        describe(place, path, static_cast<int>(found.GetVersion()));
        return mammo_cuda_ok;
    });
}

}  // namespace cublaslt

namespace nccl {

static const wanted_library wanted = {
    "NCCL",
    {"libnccl.so.2"},
    "it comes with PyTorch, from Debian's or NVIDIA's packages, or by 'pip install nvidia-nccl-cu13'; name its folder by "
    "--cuda-libraries"};

mammo_cuda_status open(const char *folder, functions &out, mammo_cuda_library_place *place) {
    return open_library(wanted, folder, [&](void *library, const std::string &path) -> mammo_cuda_status {
        functions found = {};
        FIND("nccl", GetVersion);
        FIND("nccl", GetUniqueId);
        FIND("nccl", CommInitRank);
        FIND("nccl", CommDestroy);
        FIND("nccl", AllReduce);
        FIND("nccl", GetErrorString);
        int version = 0;
        const int code = found.GetVersion(&version);
        if (code != success) return fail(mammo_cuda_no_library, "NCCL does not start: %s", found.GetErrorString(code));
        out = found;
        describe(place, path, version);
        return mammo_cuda_ok;
    });
}

}  // namespace nccl

#undef FIND

mammo_cuda_status find_library(mammo_cuda_library library, const char *folder, mammo_cuda_library_place *out) {
    *out = {};
    if (library == mammo_cuda_nccl) {
        nccl::functions functions;
        return nccl::open(folder, functions, out);
    }
    cublaslt::functions functions;
    cublaslt::handle handle;
    TRY(cublaslt::open(folder, functions, &handle, out));
    functions.Destroy(handle);
    return mammo_cuda_ok;
}

}  // namespace mammo_cuda
