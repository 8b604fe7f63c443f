package io.github.ratelimiter.bench.algorithms;

import java.util.List;

/**
 * All measurements of one run of the command.
 *
 * @param quota permits per period, for example {@code 100/s}
 * @param about describes the server, the machine and the run
 * @param rows one for each algorithm
 */
record Results(String quota, String about, List<Row> rows) {
  /**
   * The measurements of an algorithm.
   *
   * @param alone the cost of a decision in a call of its own
   * @param batched the cost of a decision in a batch
   * @param memory the memory of a key with half of the limit used
   * @param otherMemory the memory with other parts used; empty if it is always the same
   */
  record Row(
      AlgorithmKind kind,
      Accuracy accuracy,
      Cost alone,
      Cost batched,
      MemoryMeter.Memory memory,
      List<MemoryMeter.Memory> otherMemory) {}
}
