#include "search.h"

#include "context.cuh"

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <glob.h>
#include <unistd.h>

namespace mammo_cuda {

namespace {

std::string environment(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

/// Appends the folders that match a pattern, newest version of Python first.
void add_matches(const std::string &pattern, std::vector<std::string> &to) {
    glob_t found = {};
    if (glob(pattern.c_str(), GLOB_ONLYDIR, nullptr, &found) == 0) {
        for (size_t i = found.gl_pathc; i > 0; i--) to.push_back(found.gl_pathv[i - 1]);
    }
    globfree(&found);
}

/// The folder above the one that a program lies in: /opt/venv of /opt/venv/bin/python3.
std::string prefix_of(const std::string &program) {
    const size_t name = program.rfind('/');
    if (name == std::string::npos || name == 0) return "";
    const size_t folder = program.rfind('/', name - 1);
    return folder == std::string::npos ? "" : program.substr(0, folder);
}

/// The prefixes of the python3 that PATH finds: as it is named there, which is a virtual environment's, and as it resolves.
std::vector<std::string> prefixes_of_python() {
    std::string path = environment("PATH");
    for (size_t begin = 0; begin <= path.size();) {
        const size_t end = std::min(path.find(':', begin), path.size());
        const std::string program = path.substr(begin, end - begin) + "/python3";
        begin = end + 1;
        if (access(program.c_str(), X_OK) != 0) continue;
        std::vector<std::string> prefixes = {prefix_of(program)};
        if (char *resolved = realpath(program.c_str(), nullptr)) {
            prefixes.push_back(prefix_of(resolved));
            free(resolved);
        }
        return prefixes;
    }
    return {};
}

}  // namespace

std::vector<std::string> library_folders(const char *folder) {
    std::vector<std::string> folders;
    if (folder && *folder) folders.push_back(folder);
    folders.push_back("");
    for (const char *variable : {"CUDA_HOME", "CUDA_PATH"}) {
        const std::string home = environment(variable);
        if (home.empty()) continue;
        for (const char *below : {"/lib64", "/lib"}) folders.push_back(home + below);
    }
    std::vector<std::string> prefixes = {environment("VIRTUAL_ENV"), environment("CONDA_PREFIX")};
    for (const std::string &each : prefixes_of_python()) prefixes.push_back(each);
    if (const std::string home = environment("HOME"); !home.empty()) prefixes.push_back(home + "/.local");
    for (const char *each : {"/usr/local", "/usr"}) prefixes.push_back(each);
    for (const std::string &prefix : prefixes) {
        if (prefix.empty()) continue;
        // pip's folder is site-packages, and dist-packages on Debian, Colab and Kaggle.
        for (const char *packages : {"site-packages", "dist-packages"}) {
            add_matches(prefix + "/lib/python3*/" + packages + "/nvidia/*/lib", folders);
        }
    }
    for (const char *each : {"/usr/local/cuda/lib64", "/usr/local/cuda/lib"}) folders.push_back(each);
    return folders;
}

mammo_cuda_status open_library(
    const wanted_library &wanted, const char *folder,
    const std::function<mammo_cuda_status(void *library, const std::string &path)> &accept) {
    if (folder && *folder && access(folder, R_OK | X_OK) != 0) {
        return fail(mammo_cuda_no_library, "%s: no such folder to search for %s in", folder, wanted.name);
    }
    std::string refusal, broken;
    for (const std::string &place : library_folders(folder)) {
        for (const std::string &file : wanted.files) {
            const std::string path = place.empty() ? file : place + "/" + file;
            if (!place.empty() && access(path.c_str(), F_OK) != 0) continue;
            // Never closed: NVIDIA's libraries register handlers that run when the process ends.
            if (void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
                if (accept(library, path) == mammo_cuda_ok) return mammo_cuda_ok;
                refusal = path + ": " + message();
            } else if (const char *error = dlerror(); error && !strstr(error, "No such file")) {
                broken = error;
            }
        }
    }
    if (refusal.empty()) refusal = broken;
    if (!refusal.empty()) return fail(mammo_cuda_no_library, "%s: %s", refusal.c_str(), wanted.advice);
    std::string names;
    for (const std::string &file : wanted.files) names += (names.empty() ? "" : ", ") + file;
    return fail(
        mammo_cuda_no_library,
        "no %s (%s) on the loader's path, in CUDA_HOME, in Python's nvidia packages or in /usr/local/cuda: %s", wanted.name,
        names.c_str(), wanted.advice);
}

mammo_cuda_status find_function(void *library, const char *name, void **out) {
    *out = dlsym(library, name);
    return *out ? mammo_cuda_ok
                : fail(mammo_cuda_no_library, "the library has no function %s: it is too old or too new", name);
}

}  // namespace mammo_cuda
