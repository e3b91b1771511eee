package io.heartline.security;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** A list of addresses and networks, such as {@code 10.0.0.0/8}. */
public final class Networks {
  /** One of the four numbers of an address, from 0 to 255. */
  private static final String BYTE = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";

  private static final Pattern V4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
  private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]+(%\\w+)?");

  private record Network(byte[] prefix, int bits) {}

  private final List<Network> networks;

  /** @throws IllegalArgumentException with the rule if a text is no address and no network */
  public Networks(List<String> texts) {
    networks = texts.stream().map(Networks::parse).toList();
  }

  /** Returns whether an address, as a container writes it, is in one of these networks. */
  public boolean contain(String address) {
    byte[] bytes = literal(address);
    return networks.stream().anyMatch(n -> n.prefix.length == bytes.length && matches(n, bytes));
  }

  /**
   * Returns the network that an address belongs to as far as one customer of a provider is
   * concerned: the address itself, or the /64 of an IPv6 address.
   */
  public static String networkOf(String address) {
    byte[] bytes = literal(address);
    if (bytes.length != 16) {
      return address;
    }
    Arrays.fill(bytes, 8, 16, (byte) 0);
    try {
      return InetAddress.getByAddress(bytes).getHostAddress() + "/64";
    } catch (UnknownHostException e) { // never: the length is right
      return address;
    }
  }

  private static boolean matches(Network network, byte[] address) {
    for (int i = 0; i < network.bits; i++) {
      int mask = 0x80 >> (i % 8);
      if (((network.prefix[i / 8] ^ address[i / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  private static Network parse(String text) {
    int slash = text.indexOf('/');
    byte[] prefix = literal(slash < 0 ? text : text.substring(0, slash));
    String bits = slash < 0 ? String.valueOf(prefix.length * 8) : text.substring(slash + 1);
    if (prefix.length == 0
        || !bits.matches("\\d{1,3}")
        || Integer.parseInt(bits) > prefix.length * 8) {
      throw new IllegalArgumentException("must be addresses or networks such as 10.0.0.0/8");
    }
    return new Network(prefix, Integer.parseInt(bits));
  }

  /** Returns the bytes of an address; empty for a name, since names are never looked up. */
  private static byte[] literal(String text) {
    String bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    if (V4.matcher(bare).matches()) {
      return bytes(bare.split("\\.", -1));
    }
    if (bare.indexOf(':') < 0 || !V6.matcher(bare).matches()) {
      return new byte[0];
    }
    try {
      return InetAddress.getByName(bare).getAddress();
    } catch (UnknownHostException e) {
      return new byte[0];
    }
  }

  private static byte[] bytes(String[] numbers) {
    byte[] bytes = new byte[numbers.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(numbers[i]);
    }
    return bytes;
  }
}
