// Copies to shared memory that are under way while a thread computes: until the thread has waited for their group the place
// that they go to holds NaN.
#pragma once

#include <cstring>
#include <vector>

namespace emulation {

constexpr int poison = 0xFF;  // NaN in every type of number, -1 in integers

/// Of one thread.
class pending_copies {
    struct copy {
        void *to;
        const void *from;
        int bytes;
        unsigned group;
    };
    std::vector<copy> under_way;
    unsigned groups = 0;

public:
    static constexpr int copied = 16;

    static void finish(void *to, const void *from, int bytes) {
        if (bytes) memcpy(to, from, copied);
        else memset(to, 0, copied);
    }
    /// False where a copy to the same place is under way.
    bool begin(void *to, const void *from, int bytes) {
        for (const copy &one : under_way) {
            if (one.to == to) return false;
        }
        memset(to, poison, copied);
        under_way.push_back({to, from, bytes, groups});
        return true;
    }
    void commit() { groups++; }
    /// All groups but the last so many arrive.
    void wait(unsigned but) {
        std::vector<copy> left;
        for (const copy &one : under_way) {
            if (one.group + but < groups) finish(one.to, one.from, one.bytes);
            else left.push_back(one);
        }
        under_way = std::move(left);
    }
    bool all_arrived() const { return under_way.empty(); }
};

}  // namespace emulation
