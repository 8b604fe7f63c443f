package io.github.ratelimiter.cli.replay;

/** Draws counts over time as a line of text, with one character for each step. */
final class Sparkline {
  private static final String BLOCKS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
  private static final String ASCII = ".:-=+*#@";

  private Sparkline() {}

  /**
   * Returns the line for the counts of one kind.
   *
   * @param maximum the count of the highest character, at least 1
   */
  static String of(Timeline timeline, int kind, long maximum, boolean unicode) {
    String levels = unicode ? BLOCKS : ASCII;
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < timeline.steps(); i++) {
      long count = timeline.count(kind, i);
      int level =
          (int) Math.min((count * levels.length() + maximum - 1) / maximum, levels.length());
      line.append(level == 0 ? ' ' : levels.charAt(level - 1));
    }
    return line.toString().stripTrailing();
  }
}
