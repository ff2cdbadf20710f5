// SPDX-License-Identifier: MIT
#include <mote/mote.hpp>

#include <algorithm>
#include <type_traits>

#include "small_model.hpp"

static_assert(mote::version.major == MAJOR && mote::version.minor == MINOR && mote::version.patch == PATCH,
              "mote: core/version.hpp and the project's version in CMakeLists.txt differ");

std::remove_const_t<decltype(SmallModel::model)>::Workspace scratch;

int main() {
    const bool agrees = std::ranges::equal(SmallModel::model.forward(SmallModel::golden_input, scratch),
                                           SmallModel::golden_output);
    return agrees && mote::message(mote::Status::ok) == "ok" ? 0 : 1;
}
