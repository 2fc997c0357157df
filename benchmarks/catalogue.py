"""All benchmarks, by name."""

from . import elementwise, footprint, scalars, training
from .contest import Benchmark

BENCHMARKS: dict[str, Benchmark] = {
    benchmark.name: benchmark
    for topic in (scalars, training, elementwise, footprint)
    for benchmark in topic.BENCHMARKS
}
