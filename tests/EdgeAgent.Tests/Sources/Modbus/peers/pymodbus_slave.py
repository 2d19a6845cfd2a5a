"""A slave by pymodbus 3.0: registers and bits by a fixed rule, units 1 to 3. Arguments: rtu PORT | tcp PORT."""
import sys
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartSerialServer, StartTcpServer
from pymodbus.transaction import ModbusRtuFramer

SIZE = 1000


def registers(unit, table):
    return [(i * 40503 + unit * 7919 + table * 104729) & 0xFFFF for i in range(SIZE)]


def bits(unit, table):
    return [bool(r & 4) for r in registers(unit, table)]


def slave(unit):
    return ModbusSlaveContext(di=ModbusSequentialDataBlock(0, bits(unit, 0)), co=ModbusSequentialDataBlock(0, bits(unit, 1)),
                              ir=ModbusSequentialDataBlock(0, registers(unit, 2)), hr=ModbusSequentialDataBlock(0, registers(unit, 3)),
                              zero_mode=True)


context = ModbusServerContext(slaves={u: slave(u) for u in (1, 2, 3)}, single=False)
if sys.argv[1] == "rtu":
    StartSerialServer(context=context, framer=ModbusRtuFramer, port=sys.argv[2], baudrate=115200, timeout=0.005, ignore_missing_slaves=True)
else:
    StartTcpServer(context=context, address=("127.0.0.1", int(sys.argv[2])))
