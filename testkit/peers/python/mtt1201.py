"""A mine-safety system that drops text files after MT/T 1201.1, of the standard
library alone: one batch of live values (CDSS) a minute, one of them in two
halves, one in GB18030, one delivered twice; and tables without values between.

usage: mtt1201.py FOLDER MINE POINT FIRST_MINUTE COUNT FIRST STEP
FIRST_MINUTE is local time, yyyyMMddHHmm.
"""

import datetime
import os
import sys
import time

folder, mine, point, first_minute = sys.argv[1:5]
count, first, step = int(sys.argv[5]), float(sys.argv[6]), float(sys.argv[7])
start = datetime.datetime.strptime(first_minute, "%Y%m%d%H%M")


def batch(at, records):
    head = ";".join([mine, "青岭矿", at.strftime("%Y-%m-%d %H:%M:%S")])
    return "~\r\n".join([head] + [";".join(r) for r in records]) + "~\r\n||"


def drop(table, at, text, encoding="utf-8", halves=False):
    name = os.path.join(folder, f"{mine}_{table}_{at:%Y%m%d%H%M%S}.txt")
    whole = text.encode(encoding)
    if halves:
        with open(name, "wb") as out:
            out.write(whole[: len(whole) // 2])
            out.flush()
            time.sleep(1.5)
            out.write(whole[len(whole) // 2 :])
        return
    with open(name + ".part", "wb") as out:
        out.write(whole)
    os.rename(name + ".part", name)


definition = [point, "抽采", "S01", "", "LJ", "kWh", "100000", "0"] + [""] * 10 + ["泵站", "", "", "", "", f"{start}"]
drop("CDDY", start, batch(start, [definition]))
for i in range(count):
    at = start + datetime.timedelta(minutes=i)
    live = batch(at, [
        [point, "电量", "泵站", f"{first + step * i:.1f}", "kWh", "1" if i % 9 == 0 else "0", f"{at:%Y-%m-%d %H:%M:%S}"],
        [mine + "01MN0015VOLT", "电压", "泵站", "660", "V", "0", f"{at:%Y-%m-%d %H:%M:%S}"],
    ])
    drop("CDSS", at, live, "gb18030" if i == 15 else "utf-8", halves=i == 30)
    if i == 45:  # a receiver that deleted too early gets the file again
        time.sleep(0.5)
        drop("CDSS", at, live)
    if i % 20 == 0:
        drop("YCBJ", at, batch(at, [[point, "", "泵站", "kWh", "001", f"{at}"] + [""] * 11]))
print(count)
