// What a report begins with: the device, the plugin, the driver and NVIDIA's libraries.
#pragma once

#include "session.h"

namespace check {

void describe_plugin(const session &);
void describe_device(const mammo_cuda_properties &);
/// When the device is open: cuBLASLt looks at it when it is opened.
void describe_libraries(const session &);

}  // namespace check
