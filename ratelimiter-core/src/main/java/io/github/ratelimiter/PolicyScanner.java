package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Domain;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * Reads the words and numbers of a policy one after another. An error message gives the position
 * and what to write instead.
 */
final class PolicyScanner {
  private static final Pattern FRACTION = Pattern.compile("[0-9]+\\.[0-9]+");
  private static final Pattern GROUPED = Pattern.compile("[0-9]{1,3}([,_][0-9]{3})+");
  private static final int LONGEST_FRACTION = 20;

  private final String text;
  private int at;

  PolicyScanner(String text) {
    this.text = text;
  }

  /**
   * A word and its position.
   *
   * @param text in lower case; empty if there is no word at the position
   */
  record Word(String text, int position) {
    boolean is(String other) {
      return text.equals(other);
    }

    boolean isMissing() {
      return text.isEmpty();
    }
  }

  int position() {
    return at;
  }

  boolean isAtEnd() {
    return at == text.length();
  }

  boolean isAtLetter() {
    return !isAtEnd() && Character.isLetter(text.charAt(at));
  }

  boolean isAtDigit() {
    return !isAtEnd() && isDigit(text.charAt(at));
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  void skipSpace() {
    skip(Character::isWhitespace);
  }

  private void skip(IntPredicate characters) {
    while (at < text.length() && characters.test(text.charAt(at))) {
      at++;
    }
  }

  /** Skips white space and then a character, if it is the next one. */
  boolean accept(char c) {
    skipSpace();
    if (!isAtEnd() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  /** Reads characters of a kind; returns an empty string if there are none. */
  String read(IntPredicate characters) {
    int start = at;
    skip(characters);
    return text.substring(start, at);
  }

  /** Reads letters and hyphens and returns them in lower case; empty if there are none. */
  String word() {
    return read(c -> Character.isLetter(c) || c == '-').toLowerCase(Locale.ROOT);
  }

  /** Reads the word after white space. */
  Word nextWord() {
    skipSpace();
    int start = at;
    return new Word(word(), start);
  }

  /** Returns the word after white space, and stays before it. */
  String peekWord() {
    int before = at;
    Word next = nextWord();
    at = before;
    return next.text;
  }

  // --- numbers ---------------------------------------------------------------------------------

  long permits(String what) {
    return permits(what, fraction -> "");
  }

  long permits(String what, Function<BigDecimal, String> advice) {
    return number(what, "it must be at most " + Domain.MAX_PERMITS, advice);
  }

  /**
   * Reads a whole number.
   *
   * @param what what is expected, if there is no number
   * @param most the end of the message for a number that is too large
   * @param advice the end of the message for a number with a fraction: what to write instead
   */
  long number(String what, String most, Function<BigDecimal, String> advice) {
    int start = at;
    skip(PolicyScanner::isDigit);
    if (start == at) {
      throw expected(start, what);
    }
    int end = at;
    skip(c -> isDigit(c) || c == '.' || c == ',' || c == '_');
    if (end < at && isDigit(text.charAt(at - 1))) {
      throw notWhole(start, text.substring(start, at), advice);
    }
    at = end;
    try {
      return Long.parseLong(text.substring(start, at));
    } catch (NumberFormatException e) {
      throw error(start, readFrom(start) + " is too large; " + most);
    }
  }

  private PolicySyntaxException notWhole(
      int start, String number, Function<BigDecimal, String> advice) {
    String problem = readFrom(start) + " is not a whole number";
    if (number.length() > LONGEST_FRACTION) {
      return error(start, problem);
    }
    if (FRACTION.matcher(number).matches()) {
      return error(start, problem + advice.apply(new BigDecimal(number)));
    }
    return GROUPED.matcher(number).matches()
        ? error(start, problem + "; write " + number.replaceAll("[,_]", ""))
        : error(start, problem);
  }

  // --- errors ----------------------------------------------------------------------------------

  /** Returns what was read since a position, for an error message. */
  String readFrom(int position) {
    return shown(position, at);
  }

  PolicySyntaxException expected(int position, String what) {
    int end = position;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    String found = position == text.length() ? "the end" : "'" + shown(position, end) + "'";
    return error(position, "found " + found + ", expected " + what);
  }

  private String shown(int start, int end) {
    return PolicySyntaxException.shown(text.substring(start, end));
  }

  PolicySyntaxException error(int position, String problem) {
    return new PolicySyntaxException(text, position, problem);
  }
}
