package dev.why502.notify;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How bots of chats are shown that a message is from their owner. */
final class Signature {
  private static final String ALGORITHM = "HmacSHA256";

  private Signature() {}

  /** Feishu's: the time and the secret are the key, and nothing is signed with it. */
  static String feishu(long epochSeconds, String secret) {
    return hmac(epochSeconds + "\n" + secret, "");
  }

  /** DingTalk's: the secret is the key, and the time and the secret are signed with it. */
  static String dingTalk(long epochMillis, String secret) {
    return hmac(secret, epochMillis + "\n" + secret);
  }

  /** The first 16 hexadecimal digits of a text's SHA-256: a name that is the same every time. */
  static String digest(String text) {
    try {
      byte[] all =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(all, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  private static String hmac(String key, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new AssertionError("every Java has HMAC with SHA-256", e);
    }
  }
}
