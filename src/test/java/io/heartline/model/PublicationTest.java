package io.heartline.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PublicationTest {
  private static long bytes(String data) {
    return new Publication(new Position("e", 1, 1), data).bytes();
  }

  @Test
  void aCharacterTakesTwoBytesIfAnyOfTheTextDoes() {
    String latin = "é".repeat(10_000);
    assertThat(bytes(latin)).isBetween(10_000L, 10_200L);
    assertThat(bytes(latin + "你")).isBetween(20_000L, 20_200L);
  }

  @Test
  void anIdTakesBytesToo() {
    Position at = new Position("e", 1, 1);
    assertThat(new Publication(at, "1", "i".repeat(100)).bytes() - bytes("1"))
        .isBetween(100L, 160L);
  }

  @Test
  void itsTimeIsThatOfItsPosition() {
    Position at = new Position("e", 1, 1_795_914_836_554_022L);
    assertThat(new Publication(at, "1").time()).isEqualTo(1_795_914_836_554L);
  }

  @Test
  void smallOnesTakeMoreThanTheirText() {
    assertThat(bytes("1")).isBetween(100L, 130L);
  }
}
