# SPDX-License-Identifier: MIT
"""Writes imported_digits.tflite: a small network that reads digits, trained here and turned into int8.

Problem  TensorFlow writes such files; where it is not at hand, this does: it trains with PyTorch, quantises by
         TensorFlow Lite's 8-bit specification and writes the FlatBuffer, which takes a page.
Use      python3 imported_digits_train.py, in the folder examples; needs NumPy and PyTorch.
"""
import struct

import numpy
import torch
from torch.nn import functional

torch.manual_seed(1)
torch.set_num_threads(1)
rows = numpy.loadtxt("../tests/data/digits.csv", delimiter=",", skiprows=1)
held_out = numpy.arange(len(rows)) % 5 == 0
images = torch.tensor(rows[:, :64] / 16, dtype=torch.float32).reshape(-1, 1, 8, 8)
labels = torch.tensor(rows[:, 64], dtype=torch.long)
INPUT = (1 / 255, -128)  # scale and zero point of pixels from 0 to 1


def same(x, stride):
    """TensorFlow's padding for a 3 x 3 window on an image of even sides."""
    return functional.pad(x, (1, 1, 1, 1) if stride == 1 else (0, 1, 0, 1))


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Conv2d(1, 8, 3)
        self.depth1 = torch.nn.Conv2d(8, 8, 3, stride=2, groups=8)
        self.point1 = torch.nn.Conv2d(8, 16, 1)
        self.depth2 = torch.nn.Conv2d(16, 16, 3, stride=2, groups=16)
        self.point2 = torch.nn.Conv2d(16, 24, 1)
        self.dense = torch.nn.Linear(96, 10)

    def steps(self, x):
        """Every layer's output, whose range tells its scale."""
        y = [functional.relu(self.first(same(x, 1)))]
        y.append(functional.relu(self.depth1(same(y[-1], 2))))
        y.append(functional.relu(self.point1(y[-1])))
        y.append(functional.relu(self.depth2(same(y[-1], 2))))
        y.append(functional.relu(self.point2(y[-1])))
        y.append(self.dense(y[-1].permute(0, 2, 3, 1).flatten(1)))
        return y


def train():
    net = Net()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 80)
    train_images, train_labels = images[~held_out], labels[~held_out]
    for _ in range(80):
        for batch in torch.randperm(len(train_images)).split(32):
            optimizer.zero_grad()
            functional.cross_entropy(net.steps(train_images[batch])[-1], train_labels[batch]).backward()
            optimizer.step()
        schedule.step()
    return net


class Table(dict):
    """Fields by number: ('b' or 'i' or 'f', value), or what an offset leads to."""


def array(form, values):
    return (form, list(values), 16 if form == "B" else struct.calcsize(form))


class Writer:
    """FlatBuffers, parents before children. Everything lies at a multiple of its size."""

    def __init__(self, root):
        self.out = bytearray(b"\0\0\0\0TFL3")
        self.lead(0, self.table(root))

    def pad(self, size, ahead=0):
        self.out += b"\0" * (-(len(self.out) + ahead) % size)

    def lead(self, at, to):
        self.out[at:at + 4] = struct.pack("<I", to - at)

    def value(self, value):
        if isinstance(value, Table):
            return self.table(value)
        if isinstance(value, list):  # of tables
            self.pad(4)
            at = len(self.out)
            self.out += struct.pack("<I", len(value)) + bytes(4 * len(value))
            for i, one in enumerate(value):
                self.lead(at + 4 + 4 * i, self.table(one))
            return at
        if isinstance(value, str):
            value = ("B", list(value.encode()) + [0], 4)
            text = 1
        else:
            text = 0
        form, numbers, size = value
        self.pad(max(size, 4), ahead=4)
        at = len(self.out)
        self.out += struct.pack("<I%d%s" % (len(numbers), form), len(numbers) - text, *numbers)
        return at

    def table(self, fields):
        entries = max(fields, default=-1) + 1
        order = sorted(fields, key=lambda f: fields[f][0] == "b" if isinstance(fields[f], tuple) else False)
        places, body = [0] * entries, b""
        for field in order:  # single bytes last
            places[field] = 4 + len(body)
            plain = isinstance(fields[field], tuple) and len(fields[field]) == 2
            body += struct.pack("<" + fields[field][0], fields[field][1]) if plain else bytes(4)
        self.pad(4, ahead=4 + 2 * entries)
        vtable = len(self.out)
        self.out += struct.pack("<%dH" % (2 + entries), 4 + 2 * entries, 4 + len(body), *places)
        at = len(self.out)
        self.out += struct.pack("<i", at - vtable) + body
        for field in order:
            if not (isinstance(fields[field], tuple) and len(fields[field]) == 2):
                self.lead(at + places[field], self.value(fields[field]))
        return at


class Model:
    """Field numbers and codes are those of TensorFlow Lite's schema, version 3."""

    def __init__(self):
        self.tensors, self.operators, self.codes, self.buffers = [], [], [], [Table()]

    def tensor(self, name, shape, kind, data, scales, zeros, axis=0):
        if data is not None:
            self.buffers.append(Table({0: array("B", data.tobytes())}))
        quantization = Table({2: array("f", scales), 3: array("q", zeros), 6: ("i", axis)})
        self.tensors.append(Table({0: array("i", shape), 1: ("b", kind), 3: name, 4: quantization,
                                   2: ("i", 0 if data is None else len(self.buffers) - 1)}))
        return len(self.tensors) - 1

    def activation(self, name, shape, affine):
        return self.tensor(name, shape, 9, None, [affine[0]], [affine[1]])

    def add(self, code, inputs, output, options_type, options):
        self.codes.append(Table({0: ("b", code), 2: ("i", 1), 3: ("i", code)}))
        self.operators.append(Table({0: ("i", len(self.codes) - 1), 1: array("i", inputs),
                                     2: array("i", [output]), 3: ("b", options_type), 4: options}))
        return output

    def weights(self, name, layer, axes, channel_axis, input_scale):
        """Symmetric for each filter; biases on the accumulator's scale."""
        w = layer.weight.detach().numpy().transpose(axes)
        rest = tuple(i for i in range(w.ndim) if i != channel_axis)
        scales = abs(w).max(axis=rest) / 127
        shape = [-1 if i == channel_axis else 1 for i in range(w.ndim)]
        w8 = numpy.rint(w / scales.reshape(shape)).astype(numpy.int8)
        b32 = numpy.rint(layer.bias.detach().numpy() / (scales * input_scale)).astype("<i4")
        zeros = [0] * len(scales)
        return [self.tensor(name + "/weights", w8.shape, 9, w8, scales, zeros, channel_axis),
                self.tensor(name + "/bias", b32.shape, 2, b32, scales * input_scale, zeros)]


def affine(x):
    low, high = min(0.0, float(x.min())), max(0.0, float(x.max()))
    scale = (high - low) / 255
    return scale, int(round(-128 - low / scale))


def convert(net):
    model = Model()
    with torch.no_grad():
        outputs = net.steps(images[~held_out])
    at, scale = model.activation("image", [1, 8, 8, 1], INPUT), INPUT[0]
    for name, y in zip(["first", "depth1", "point1", "depth2", "point2"], outputs):
        layer, depthwise = getattr(net, name), name.startswith("depth")
        weights = model.weights(name, layer, (1, 2, 3, 0) if depthwise else (0, 2, 3, 1), 3 if depthwise else 0, scale)
        to = model.activation(name, [1, y.shape[2], y.shape[3], y.shape[1]], affine(y))
        options = {0: ("b", 0), 1: ("i", layer.stride[0]), 2: ("i", layer.stride[0])}  # SAME
        options.update({3: ("i", 1), 4: ("b", 1)} if depthwise else {3: ("b", 1)})    # ReLU
        at = model.add(4 if depthwise else 3, [at] + weights, to, 2 if depthwise else 1, Table(options))
        scale = affine(y)[0]
    at = model.add(22, [at], model.activation("flat", [1, 96], affine(outputs[4])), 17,
                   Table({0: array("i", [1, 96])}))
    scores = model.activation("scores", [1, 10], affine(outputs[5]))
    at = model.add(9, [at] + model.weights("dense", net.dense, (0, 1), 0, scale), scores, 8, Table())
    at = model.add(25, [at], model.activation("digit", [1, 10], (1 / 256, -128)), 9, Table({0: ("f", 1.0)}))
    graph = Table({0: model.tensors, 1: array("i", [0]), 2: array("i", [at]), 3: model.operators})
    root = Table({0: ("i", 3), 1: model.codes, 2: [graph], 3: "digits by mote", 4: model.buffers})
    return bytes(Writer(root).out)


net = train()
with torch.no_grad():
    right = (net.steps(images[held_out])[-1].argmax(1) == labels[held_out]).sum().item()
print("float: %d of %d right" % (right, held_out.sum()))
data = convert(net)
with open("imported_digits.tflite", "wb") as file:
    file.write(data)
print("%d bytes" % len(data))
