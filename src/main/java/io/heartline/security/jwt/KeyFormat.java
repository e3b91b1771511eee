package io.heartline.security.jwt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How keys are written down. */
public enum KeyFormat {
  /** One secret a line, as text, or as {@code base64:} and base64. */
  SECRET {
    @Override
    KeyRing parse(String text, Set<Key.Algorithm> only) throws BadKeys {
      List<Key> keys = new ArrayList<>();
      for (String line : text.split("\\R", -1)) {
        if (!line.isBlank()) {
          keys.add(Key.secret(null, secret(line.strip()), only));
        }
      }
      return ring(keys, "a secret");
    }
  },

  /** Public keys or certificates in PEM. */
  PEM {
    @Override
    KeyRing parse(String text, Set<Key.Algorithm> only) throws BadKeys {
      if (text.contains("PRIVATE KEY-----")) {
        throw new BadKeys("must hold public keys only, and a private key is in it");
      }
      if (text.contains("-----BEGIN RSA PUBLIC KEY-----")) {
        throw new BadKeys("must be written as PUBLIC KEY, not as RSA PUBLIC KEY; convert it with:"
            + " openssl rsa -RSAPublicKey_in -in FILE -pubout");
      }
      List<Key> keys = new ArrayList<>();
      Matcher block = BLOCK.matcher(text);
      while (block.find()) {
        keys.add(Key.of(null, publicKey(block), only));
      }
      return ring(keys, "a block of BEGIN PUBLIC KEY or BEGIN CERTIFICATE");
    }
  },

  /** A set of keys in JSON (RFC 7517). Keys that are for something else are passed over. */
  JWKS {
    @Override
    KeyRing parse(String text, Set<Key.Algorithm> only) throws BadKeys {
      return ring(set(text, only, true), "an RSA, EC or oct key for signatures");
    }
  },

  /** The same from somewhere else, where no secret can be: everybody can read it. */
  PUBLIC_JWKS {
    @Override
    KeyRing parse(String text, Set<Key.Algorithm> only) throws BadKeys {
      return ring(set(text, only, false), "an RSA or EC key for signatures");
    }
  };

  private static final String BASE64 = "base64:";

  private static final Pattern BLOCK = Pattern.compile(
      "-----BEGIN (PUBLIC KEY|CERTIFICATE)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  /**
   * Reads keys.
   *
   * @param only the algorithms that may be used at all
   * @throws BadKeys if there is none that can be used
   */
  abstract KeyRing parse(String text, Set<Key.Algorithm> only) throws BadKeys;

  private static KeyRing ring(List<Key> keys, String what) throws BadKeys {
    if (keys.isEmpty()) {
      throw new BadKeys("must hold " + what + " that can be used");
    }
    if (keys.size() > KeyRing.MAX) {
      throw new BadKeys("must hold at most " + KeyRing.MAX + " keys: " + keys.size());
    }
    return new KeyRing(keys);
  }

  private static byte[] secret(String line) throws BadKeys {
    if (!line.startsWith(BASE64)) {
      return line.getBytes(UTF_8);
    }
    try {
      return Base64.getDecoder().decode(line.substring(BASE64.length()).strip());
    } catch (IllegalArgumentException e) {
      throw new BadKeys("must hold base64 behind base64:, and something else is there");
    }
  }

  private static PublicKey publicKey(Matcher block) throws BadKeys {
    byte[] bytes;
    try {
      bytes = Base64.getMimeDecoder().decode(block.group(2));
    } catch (IllegalArgumentException e) {
      throw new BadKeys("must hold base64 between BEGIN and END");
    }
    if (block.group(1).equals("CERTIFICATE")) {
      try {
        return CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(block.group().getBytes(US_ASCII)))
            .getPublicKey();
      } catch (GeneralSecurityException e) {
        throw new BadKeys("holds a certificate that cannot be read");
      }
    }
    for (String kind : List.of("RSA", "EC")) {
      try {
        return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(bytes));
      } catch (GeneralSecurityException e) {
        continue; // it is of another kind
      }
    }
    throw new BadKeys("must hold RSA or EC keys, and one is neither or cannot be read");
  }

  private static List<Key> set(String text, Set<Key.Algorithm> only, boolean secrets)
      throws BadKeys {
    Map<String, Object> set;
    try {
      set = JSONObjectUtils.parse(text); // null for null
    } catch (ParseException e) {
      set = null;
    }
    if (set == null || !(set.get("keys") instanceof List<?> list)) {
      throw new BadKeys("must hold a set of keys in JSON, {\"keys\":[...]}");
    }
    List<Key> keys = new ArrayList<>();
    for (Object one : list) {
      if (one instanceof Map<?, ?> members) {
        try {
          keys.add(key(members, only, secrets));
        } catch (ParseException | JOSEException | IllegalArgumentException | BadKeys e) {
          continue; // of a kind, or for a purpose, that is not ours
        }
      }
    }
    return keys;
  }

  private static Key key(Map<?, ?> members, Set<Key.Algorithm> only, boolean secrets)
      throws ParseException, JOSEException, BadKeys {
    @SuppressWarnings("unchecked") // what was read from JSON has strings for names
    JWK jwk = JWK.parse((Map<String, Object>) members);
    if (KeyUse.ENCRYPTION.equals(jwk.getKeyUse())) {
      throw new BadKeys("is for encryption");
    }
    if (jwk.getKeyOperations() != null && !jwk.getKeyOperations().contains(KeyOperation.VERIFY)) {
      throw new BadKeys("is not for checking signatures");
    }
    Key key;
    if (jwk instanceof OctetSequenceKey secret && secrets) {
      key = Key.secret(jwk.getKeyID(), secret.toByteArray(), only);
    } else if (jwk instanceof RSAKey rsa) {
      key = Key.of(jwk.getKeyID(), rsa.toRSAPublicKey(), only);
    } else if (jwk instanceof ECKey ec) {
      key = Key.of(jwk.getKeyID(), ec.toECPublicKey(), only);
    } else {
      throw new BadKeys("is of another kind");
    }
    return jwk.getAlgorithm() == null
        ? key
        : key.only(JWSAlgorithm.parse(jwk.getAlgorithm().getName()));
  }
}
