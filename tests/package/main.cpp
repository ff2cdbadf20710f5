// SPDX-License-Identifier: MIT
#include <mote/mote.hpp>

static_assert(mote::version.major == MAJOR && mote::version.minor == MINOR && mote::version.patch == PATCH,
              "mote: core/version.hpp and the project's version in CMakeLists.txt differ");

int main() {
    return mote::message(mote::Status::ok) == "ok" ? 0 : 1;
}
