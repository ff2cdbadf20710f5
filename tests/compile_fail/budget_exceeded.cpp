// SPDX-License-Identifier: MIT
// message: fits_in
// message: ram_suffices
// A workspace of 1,024 bytes does not fit into 512.
#include "mote/pipeline/cost.hpp"

using namespace mote::literals;

struct Model {
    struct Workspace {
        char room[1024];
    };
};

#ifdef WRONG
constexpr mote::Budget budget{.flash = 64_KiB, .ram = 512};
#else
constexpr mote::Budget budget{.flash = 64_KiB, .ram = 1_KiB};
#endif

static_assert(mote::fits_in<Model, budget>, "mote: choose a smaller model or a larger device");

int main() {}
