package io.github.ratelimiter.rules.postgresql;

import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.ListEntry;
import io.github.ratelimiter.rules.Rule;
import java.util.Optional;

/** A new database, and two people who change it. */
abstract class EditorFixture {
  final String schema = TestServer.newSchema();
  final RuleDatabase database = TestServer.newDatabase(schema);
  final RuleEditor alice = database.editor("alice");
  final RuleEditor bob = database.editor("bob");

  static Rule rule(String id, String limits) {
    return Rule.of(id, limits, new KeyPart(Kind.USER));
  }

  static ListEntry entry(String user, String author) {
    return new ListEntry(new ListEntry.User(user), "scan", author, Optional.empty());
  }
}
