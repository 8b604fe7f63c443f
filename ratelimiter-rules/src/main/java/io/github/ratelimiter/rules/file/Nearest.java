package io.github.ratelimiter.rules.file;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the name that was probably meant. */
final class Nearest {
  private static final int LONGEST = 64;

  private Nearest() {}

  /** Returns the known name that differs in the fewest characters; empty if all differ in many. */
  static Optional<String> to(String name, Collection<String> known) {
    if (name.length() > LONGEST) {
      return Optional.empty();
    }
    int most = Math.max(1, Math.min(3, name.length() / 3));
    @Nullable String nearest = null;
    int least = most + 1;
    for (String each : known) {
      if (Math.abs(each.length() - name.length()) < least) {
        int distance = distance(folded(name), folded(each), least);
        if (distance < least) {
          least = distance;
          nearest = each;
        }
      }
    }
    return Optional.ofNullable(nearest);
  }

  /**
   * Returns the edits from one name to another: a character more, less, other, or two swapped. From
   * a number of edits on, it is that number.
   */
  private static int distance(String a, String b, int most) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      int least = most;
      for (int j = 0; j <= b.length(); j++) {
        edits[i][j] = i == 0 || j == 0 ? i + j : step(edits, a, b, i, j);
        least = Math.min(least, edits[i][j]);
      }
      if (least == most && i > 0) {
        return most;
      }
    }
    return edits[a.length()][b.length()];
  }

  private static int step(int[][] edits, String a, String b, int i, int j) {
    int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
    int least =
        Math.min(edits[i - 1][j - 1] + same, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, edits[i - 2][j - 2] + 1) : least;
  }

  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
