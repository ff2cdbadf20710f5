// SPDX-License-Identifier: MIT
#pragma once

#include "mote/nn/activation.hpp"
#include "mote/nn/average_pool2d.hpp"
#include "mote/nn/batch_normalization.hpp"
#include "mote/nn/bidirectional.hpp"
#include "mote/nn/conv1d.hpp"
#include "mote/nn/conv2d.hpp"
#include "mote/nn/dense.hpp"
#include "mote/nn/depthwise_conv2d.hpp"
#include "mote/nn/flatten.hpp"
#include "mote/nn/float_network.hpp"
#include "mote/nn/layer_normalization.hpp"
#include "mote/nn/max_pool2d.hpp"
#include "mote/nn/parallel.hpp"
#include "mote/nn/pool1d.hpp"
#include "mote/nn/quantized_network.hpp"
#include "mote/nn/recurrent.hpp"
#include "mote/nn/relu.hpp"
#include "mote/nn/reshape.hpp"
#include "mote/nn/residual.hpp"
#include "mote/nn/rounded_weights.hpp"
#include "mote/nn/separable_conv.hpp"
#include "mote/nn/sequential.hpp"
#include "mote/nn/softmax.hpp"
#include "mote/nn/time_distributed.hpp"
#include "mote/nn/transposed_conv1d.hpp"
#include "mote/nn/zero_padding.hpp"

/// Networks of every scalar and the layers to build them from: all that a device needs to predict.
/// Training is in trainer.hpp, quantisation in quantize.hpp.
