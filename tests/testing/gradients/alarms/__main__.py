"""Does gradcheck call a right gradient wrong, or miss a wrong one? Run it thousands of times and count.

python3 run.py alarms               # 4000 right gradients, and as many wrong ones
python3 run.py alarms 100000 7      # this many of both, from this seed
"""

import sys

from tests.testing.gradients.alarms import false_alarms, planted


def main(count=4000, start=0):
    """Print the counts; return 1 if there was a false alarm or a missed fault."""
    right = false_alarms.sweep(count, start)
    print(*right.alarms, f"Of {count} right gradients:", right, sep="\n")
    missed = 0
    for where, faults in (
        ("rules", planted.in_rules(count - count // 4 - count // 4, start)),
        ("homework", planted.in_homework(count // 4, start)),
        ("all units and precisions", planted.in_units(count // 4, start)),
    ):
        print(f"\nOf {faults.total()} wrong gradients, with mistakes in {where}:")
        for outcome, number in faults.most_common():
            print(f"{outcome:<50}{number:>8}")
        missed += faults[planted.MISSED]
    print(f"missed: {missed}")
    return int(bool(right.alarms or missed))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
