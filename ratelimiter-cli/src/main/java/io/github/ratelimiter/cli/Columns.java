package io.github.ratelimiter.cli;

import java.util.ArrayList;
import java.util.List;

/** A table of text. Columns of numbers are aligned to the right, columns of words to the left. */
public final class Columns {
  private static final String GAP = "   ";

  private final boolean[] words;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Creates a table with a row of titles.
   *
   * @param titles the titles of the columns
   * @param wordsAt the positions of the columns of words; the others are numbers
   */
  public Columns(List<String> titles, int... wordsAt) {
    words = new boolean[titles.size()];
    for (int at : wordsAt) {
      words[at] = true;
    }
    rows.add(titles);
  }

  /**
   * Adds a row.
   *
   * @param row a cell for each column
   */
  public void add(List<String> row) {
    rows.add(row);
  }

  @Override
  public String toString() {
    int[] widths = new int[words.length];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = row.get(i);
        String space = " ".repeat(widths[i] - cell.length());
        line.append(i > 0 ? GAP : "").append(words[i] ? cell + space : space + cell);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
