package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.rules.RuleSet;

/**
 * Notified of changes of a rule file, on the thread that watches the file. An exception is logged
 * and ends nothing.
 */
public interface RuleFileListener {
  /**
   * The file has other rules than before, or it is valid again after a failure. In the second case
   * the rules may be the same as before.
   *
   * @param rules the rules
   */
  void changed(RuleSet rules);

  /**
   * The file has mistakes, or it cannot be read. The rules before should stay in force. Each new
   * content is reported once.
   *
   * @param failure has all mistakes
   */
  void failed(RuleFileException failure);
}
