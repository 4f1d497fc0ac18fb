"""A Modbus TCP server by pymodbus whose registers are one counter.

    modbus.py PORT KIND BYTES WORDS STEPS

Every request that reads the counter finds it 4 further on, from 1000; after the
last step its registers are gone, which the server answers by an exception.
With STEPS 0 it stands at 123.456, or 123456 where KIND is whole.
"""
import asyncio
import sys

from pymodbus.constants import Endian
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.payload import BinaryPayloadBuilder
from pymodbus.server import StartAsyncTcpServer

PORT, KIND, STEPS = int(sys.argv[1]), sys.argv[2], int(sys.argv[5])
BYTES = Endian.Big if sys.argv[3] == "big" else Endian.Little
WORDS = Endian.Big if sys.argv[4] == "big" else Endian.Little


def registers(value):
    builder = BinaryPayloadBuilder(byteorder=BYTES, wordorder=WORDS)
    add = {
        "u32": builder.add_32bit_uint, "i32": builder.add_32bit_int, "f32": builder.add_32bit_float,
        "u64": builder.add_64bit_uint, "i64": builder.add_64bit_int, "f64": builder.add_64bit_float,
    }[KIND]
    add(value if KIND[0] == "f" else int(value))
    return builder.to_registers()


class Counter(ModbusSequentialDataBlock):
    """Registers that advance with every request that reads them."""

    def __init__(self):
        self.step = 0
        super().__init__(0, registers(1000))

    def validate(self, address, count=1):
        return (STEPS == 0 or self.step < STEPS) and super().validate(address, count)

    def getValues(self, address, count=1):
        if STEPS == 0:
            words = registers(123.456 if KIND[0] == "f" else 123456)
        else:
            words = registers(1000 + 4 * self.step)
            self.step += 1
        return words[address:address + count]


async def main():
    slaves = ModbusSlaveContext(hr=Counter(), zero_mode=True)
    await StartAsyncTcpServer(context=ModbusServerContext(slaves=slaves, single=True), address=("127.0.0.1", PORT))


asyncio.run(main())
