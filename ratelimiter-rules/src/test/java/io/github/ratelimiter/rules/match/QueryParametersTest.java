package io.github.ratelimiter.rules.match;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The parameters of a query")
class QueryParametersTest {
  @ParameterizedTest(name = "{0}")
  @DisplayName("are decoded")
  @CsvSource({
    "q=a,             a",
    "q=,              ''",
    "q,               ''",
    "q=a=b,           a=b",
    "q=a+b%20c,       a b c",
    "q=%2B%26%3D,     +&=",
    "%71=a,           a",
    "q=caf%C3%a9,     caf\u00e9",
    "q=caf\u00e9,     caf\u00e9",
    "q=%F0%9F%98%80,  \ud83d\ude00",
    "q=;x,            ;x",
    "x=1&q=a,         a",
    "&&q=a&&,         a",
  })
  void decoded(String query, String value) {
    assertThat(QueryParameters.parse(query).values("q")).containsExactly(value);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("are read even if they are not well encoded")
  @CsvSource({
    "q=%,             %",
    "q=100%&x=%,      100%",
    "q=%4,            %4",
    "q=%zz%41,        %zzA",
    "q=%-1,           %-1",
    "q=%%41,          %A",
    "q=%C3,           \ufffd",
    "q=%FFa,          \ufffda",
  })
  void notWellEncoded(String query, String value) {
    assertThat(QueryParameters.parse(query).values("q")).containsExactly(value);
  }

  @Test
  @DisplayName("can have several values, or none")
  void severalValues() {
    QueryParameters query = QueryParameters.parse("q=b&p=x&q=a&q=b&=z&");

    assertThat(query.values("q")).containsExactly("b", "a", "b");
    assertThat(query.values("")).containsExactly("z");
    assertThat(query.values("Q")).isEmpty();
    assertThat(QueryParameters.parse("").values("q")).isEmpty();
  }
}
