package io.github.ratelimiter.bench.options;

import io.github.ratelimiter.cli.CommandException;
import io.github.ratelimiter.cli.StatusLine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** How contenders take turns: in rounds, in every second one in the opposite order. */
public final class RoundOptions {
  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Number of rounds that count. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "Number of rounds before these. Default: ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(
      names = "--calls",
      paramLabel = "N",
      description = "Calls of each kind in a round. Default: ${DEFAULT-VALUE}.")
  private int calls;

  /** Creates options with the values that hold if they are not given. */
  public RoundOptions(int rounds, int warmUp, int calls) {
    this.rounds = rounds;
    this.warmUp = warmUp;
    this.calls = calls;
  }

  /** Returns the number of rounds that count. */
  public int rounds() {
    return rounds;
  }

  /** Returns the calls of each kind in a round. */
  public int calls() {
    return calls;
  }

  /**
   * Checks the options.
   *
   * @throws CommandException if one is too small
   */
  public void check() {
    atLeast(1, "--rounds", rounds);
    atLeast(0, "--warm-up", warmUp);
    atLeast(1, "--calls", calls);
  }

  /**
   * Checks a number.
   *
   * @throws CommandException if it is too small
   */
  public static void atLeast(int least, String option, int value) {
    if (value < least) {
      throw new CommandException(option + " is " + value + "; it must be at least " + least);
    }
  }

  /**
   * Runs all rounds.
   *
   * @param round makes the calls of a contender in a round
   * @param forget forgets what a contender has measured while it was warming up
   */
  public <T> void run(
      List<T> contenders, StatusLine status, Consumer<T> round, Consumer<T> forget) {
    List<T> order = new ArrayList<>(contenders);
    for (int i = -warmUp; i < rounds; i++) {
      if (i == 0) {
        contenders.forEach(forget);
      }
      status.show(i < 0 ? "warm-up" : "round " + (i + 1) + " of " + rounds);
      order.forEach(round);
      Collections.reverse(order);
    }
  }
}
