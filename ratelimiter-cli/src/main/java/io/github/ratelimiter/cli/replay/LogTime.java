package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.algorithm.Domain;
import java.nio.charset.StandardCharsets;

/**
 * Reads the time of an access log, as in {@code 17/May/2015:10:05:03 +0200}. Its accessors tell of
 * the last time read.
 */
final class LogTime {
  /** How many bytes a time has. */
  static final int LENGTH = 26;

  private static final byte[] PATTERN = ascii("dd/MMM/yyyy:HH:mm:ss +hhmm");
  private static final byte[] MONTHS = ascii("janfebmaraprmayjunjulaugsepoctnovdec");
  private static final int[] MONTH_DAYS = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  private byte[] bytes = {};
  private int from;
  private long micros;
  private String problem = "";

  /**
   * Reads a time. Requires that {@code to - from} bytes are there.
   *
   * @return whether it is one
   */
  boolean read(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    problem = "";
    if (to - from != LENGTH || !hasForm()) {
      problem = "the time is not of the form [dd/MMM/yyyy:HH:mm:ss +hhmm]";
      return false;
    }
    int month = month();
    if (month == 0) {
      problem = "the time has no month from Jan to Dec";
      return false;
    }
    long seconds = seconds(number(7, 4), month, number(0, 2));
    if (!problem.isEmpty()) {
      return false;
    }
    micros = seconds * 1_000_000;
    if (micros < 0 || micros > Domain.LATEST_INSTANT) {
      problem = "the time is not from the years 1970 to 2183";
      return false;
    }
    return true;
  }

  /** The time, in microseconds since the Unix epoch. */
  long micros() {
    return micros;
  }

  /** Why the bytes are no time; empty if they are one. */
  String problem() {
    return problem;
  }

  private long seconds(int year, int month, int day) {
    int hour = number(12, 2);
    int minute = number(15, 2);
    int second = number(18, 2);
    int zoneHour = number(22, 2);
    int zoneMinute = number(24, 2);
    boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    int days = month == 2 && !leap ? 28 : MONTH_DAYS[month - 1];
    if (day < 1 || day > days) {
      problem = "the time has a day that its month does not have";
    } else if (hour > 23 || minute > 59 || second > 60) {
      problem = "the time has an hour, minute or second out of range";
    } else if (zoneHour > 18 || zoneMinute > 59) {
      problem = "the time has a zone out of range";
    }
    int zone = (zoneHour * 60 + zoneMinute) * 60;
    long local = epochDay(year, month, day) * 86_400 + (hour * 60 + minute) * 60 + second;
    return bytes[from + 21] == '-' ? local + zone : local - zone;
  }

  /** Days since the Unix epoch: years begin in March, so that a leap day is the last of one. */
  private static long epochDay(int year, int month, int day) {
    int marchYear = month > 2 ? year : year - 1;
    int marchMonth = month > 2 ? month - 3 : month + 9;
    int leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400;
    return marchYear * 365L + leapDays + (marchMonth * 153 + 2) / 5 + day - 1 - 719_468;
  }

  private boolean hasForm() {
    for (int i = 0; i < LENGTH; i++) {
      byte b = bytes[from + i];
      boolean fits =
          switch (PATTERN[i]) {
            case '/', ':', ' ' -> b == PATTERN[i];
            case '+' -> b == '+' || b == '-';
            case 'M' -> true;
            default -> b >= '0' && b <= '9';
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private int number(int at, int digits) {
    int number = 0;
    for (int i = from + at; i < from + at + digits; i++) {
      number = number * 10 + bytes[i] - '0';
    }
    return number;
  }

  /** The month, 1 to 12; 0 if its name is none. */
  private int month() {
    for (int month = 0; month < 12; month++) {
      if (isLetter(3, month * 3) && isLetter(4, month * 3 + 1) && isLetter(5, month * 3 + 2)) {
        return month + 1;
      }
    }
    return 0;
  }

  private boolean isLetter(int at, int letter) {
    return (bytes[from + at] | 0x20) == MONTHS[letter];
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
