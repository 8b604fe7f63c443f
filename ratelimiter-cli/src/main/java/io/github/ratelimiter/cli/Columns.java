package io.github.ratelimiter.cli;

import java.util.ArrayList;
import java.util.List;

/** A table of text. Columns of numbers are right-aligned, columns of words are left-aligned. */
public final class Columns {
  private static final String GAP = "   ";

  private final boolean[] leftAligned;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Creates a table with a header row.
   *
   * @param titles the titles of the columns
   * @param wordColumns the indexes of the columns of words; the other columns are numbers
   */
  public Columns(List<String> titles, int... wordColumns) {
    leftAligned = new boolean[titles.size()];
    for (int column : wordColumns) {
      leftAligned[column] = true;
    }
    rows.add(titles);
  }

  /**
   * Adds a row.
   *
   * @param row one cell for each column
   */
  public void add(List<String> row) {
    rows.add(row);
  }

  @Override
  public String toString() {
    int[] widths = new int[leftAligned.length];
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
        String padding = " ".repeat(widths[i] - cell.length());
        line.append(i > 0 ? GAP : "").append(leftAligned[i] ? cell + padding : padding + cell);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
