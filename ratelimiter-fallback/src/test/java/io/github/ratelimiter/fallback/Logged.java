package io.github.ratelimiter.fallback;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;

/**
 * A log that nothing else uses, as texts: level, message, and fields in the order of their names.
 */
final class Logged {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final ch.qos.logback.classic.Logger logger = new LoggerContext().getLogger("test");

  Logged() {
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            lines.add(text(event));
          }
        };
    appender.setContext(logger.getLoggerContext());
    appender.start();
    logger.addAppender(appender);
  }

  private static String text(ILoggingEvent event) {
    Map<String, Object> fields = new TreeMap<>();
    if (event.getKeyValuePairs() != null) {
      event.getKeyValuePairs().forEach(pair -> fields.put(pair.key, pair.value));
    }
    return event.getLevel() + " " + event.getFormattedMessage() + " " + fields;
  }

  Logger logger() {
    return logger;
  }

  List<String> lines() {
    return lines;
  }
}
