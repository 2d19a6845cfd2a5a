"""A slave by libmodbus through ctypes: registers and bits by a fixed rule, unit 1. Arguments: rtu PORT | tcp PORT."""
import ctypes
import ctypes.util
import sys

SIZE = 1000


class Mapping(ctypes.Structure):
    _fields_ = [(n, ctypes.c_int) for n in ("nb_bits", "start_bits", "nb_input_bits", "start_input_bits",
                                            "nb_input_registers", "start_input_registers", "nb_registers", "start_registers")]
    _fields_ += [("bits", ctypes.POINTER(ctypes.c_uint8)), ("input_bits", ctypes.POINTER(ctypes.c_uint8)),
                 ("input_registers", ctypes.POINTER(ctypes.c_uint16)), ("registers", ctypes.POINTER(ctypes.c_uint16))]


lib = ctypes.CDLL("libmodbus.so.5", use_errno=True)
lib.modbus_new_rtu.restype = lib.modbus_new_tcp.restype = ctypes.c_void_p
lib.modbus_mapping_new.restype = ctypes.POINTER(Mapping)


def register(table, i):
    return (i * 40503 + 7919 + table * 104729) & 0xFFFF


mapping = lib.modbus_mapping_new(SIZE, SIZE, SIZE, SIZE)
for i in range(SIZE):
    mapping.contents.input_bits[i] = int(bool(register(0, i) & 4))
    mapping.contents.bits[i] = int(bool(register(1, i) & 4))
    mapping.contents.input_registers[i] = register(2, i)
    mapping.contents.registers[i] = register(3, i)

query = (ctypes.c_uint8 * 260)()
if sys.argv[1] == "rtu":
    context = ctypes.c_void_p(lib.modbus_new_rtu(sys.argv[2].encode(), 115200, ctypes.c_char(b"N"), 8, 1))
    lib.modbus_set_slave(context, 1)
    lib.modbus_connect(context)
else:
    context = ctypes.c_void_p(lib.modbus_new_tcp(b"127.0.0.1", int(sys.argv[2])))
    socket = ctypes.c_int(lib.modbus_tcp_listen(context, 1))
    lib.modbus_tcp_accept(context, ctypes.byref(socket))
while True:
    n = lib.modbus_receive(context, query)
    if n > 0:
        lib.modbus_reply(context, query, n, mapping)
    elif n < 0 and sys.argv[1] == "tcp":
        break
