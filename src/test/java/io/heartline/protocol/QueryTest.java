package io.heartline.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
  @Test
  void valuesAreDecoded() {
    Query query = Query.parse("a=x%2Cy+z&b=%E4%BD%A0%f0%9f%90%bc&c==&d&&%65=%25");
    assertThat(query.one("a")).isEqualTo("x,y z");
    assertThat(query.one("b")).isEqualTo("你🐼");
    assertThat(query.one("c")).isEqualTo("=");
    assertThat(query.one("d")).isEmpty();
    assertThat(query.one("e")).isEqualTo("%");
    assertThat(query.one("absent")).isNull();
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {"&", "&&"})
  void aQueryMayHaveNoParameters(String text) {
    assertThat(Query.parse(text).one("a")).isNull();
    assertThat(Query.parse(text).all("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "since=%, since",
    "since=%4, since",
    "since=%ZZ, since",
    "since=%4G, since",
    "since=%-1, since",
    "since=%\uFF11\uFF11, since",
    "since=%FF, since",
    "since=%C0%80, since",
    "since=%ED%A0%80, since",
    "since=a%E4%BD, since",
    "since=ok&other=%, other",
    "%ZZ=1, %ZZ",
    "a=\u00e9, a",
    "a=x y, a",
    "a=x\ty, a",
    "a=\u007f, a",
  })
  void whatCannotBeDecodedIsNamed(String text, String name) {
    assertThatThrownBy(() -> Query.parse(text))
        .isInstanceOfSatisfying(
            BadParameter.class, bad -> assertThat(bad.name()).isEqualTo(name))
        .hasMessage("must be UTF-8 in percent-encoding");
  }

  @Test
  void theNameOfAMalformedParameterIsClipped() {
    assertThatThrownBy(() -> Query.parse("x".repeat(5_000) + "=%"))
        .isInstanceOfSatisfying(
            BadParameter.class, bad -> assertThat(bad.name()).hasSize(64));
  }

  @Test
  void whereOneIsMeantASecondIsRefused() {
    Query query = Query.parse("a=1&b=2&%61=1");
    assertThat(query.all("a")).containsExactly("1", "1");
    assertThat(query.one("b")).isEqualTo("2");
    assertThatThrownBy(() -> query.one("a"))
        .isInstanceOfSatisfying(
            BadParameter.class, bad -> assertThat(bad.name()).isEqualTo("a"))
        .hasMessage("must be given once: 2");
  }

  @Test
  void numbersAreHeldToTheirRange() {
    Query query = Query.parse("one=1&ten=010&none=");
    assertThat(query.wholeNumber("one", 1, 10)).hasValue(1);
    assertThat(query.wholeNumber("ten", 1, 10)).hasValue(10);
    assertThat(query.wholeNumber("absent", 1, 10)).isEmpty();
    assertThatThrownBy(() -> query.wholeNumber("none", 0, 10))
        .hasMessage("must be a whole number from 0 to 10: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"abc", "-1", "+1", "1.5", "0", "11", "99999999999999999999", "%D9%A1", "1+"})
  void whatIsNoSuchNumberIsRefused(String text) {
    assertThatThrownBy(() -> Query.parse("beat=" + text).wholeNumber("beat", 1, 10))
        .isInstanceOf(BadParameter.class)
        .hasMessageStartingWith("must be a whole number from 1 to 10: ");
  }
}
