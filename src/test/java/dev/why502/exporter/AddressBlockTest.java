package dev.why502.exporter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressBlockTest {
  @ParameterizedTest
  @CsvSource({
    "93.184.215.14, PUBLIC",
    "1.1.1.1, PUBLIC",
    "223.255.255.255, PUBLIC",
    "2606:4700:4700::1111, PUBLIC",
    "2001:4860:4860::8888, PUBLIC",
    "10.0.0.1, PRIVATE",
    "172.16.0.1, PRIVATE",
    "172.31.255.255, PRIVATE",
    "172.32.0.0, PUBLIC",
    "192.168.1.1, PRIVATE",
    "100.64.0.1, PRIVATE",
    "100.128.0.0, PUBLIC",
    "192.0.0.192, PRIVATE",
    "192.0.2.1, PRIVATE",
    "198.18.0.1, PRIVATE",
    "198.51.100.1, PRIVATE",
    "203.0.113.9, PRIVATE",
    "127.0.0.1, LOOPBACK",
    "127.255.255.255, LOOPBACK",
    "169.254.169.254, LINK_LOCAL",
    "0.0.0.0, NOWHERE",
    "0.1.2.3, NOWHERE",
    "224.0.0.1, NOWHERE",
    "240.0.0.1, NOWHERE",
    "255.255.255.255, NOWHERE",
    "::, NOWHERE",
    "::1, LOOPBACK",
    "::7f00:1, LOOPBACK",
    "::ffff:127.0.0.1, LOOPBACK",
    "::ffff:169.254.169.254, LINK_LOCAL",
    "::ffff:1.1.1.1, PUBLIC",
    "64:ff9b::7f00:1, LOOPBACK",
    "64:ff9b::101:101, PUBLIC",
    "64:ff9b:1::7f00:1, PRIVATE",
    "2002:7f00:1::, LOOPBACK",
    "2002:a9fe:a9fe::1, LINK_LOCAL",
    "2002:101:101::, PUBLIC",
    "fe80::1, LINK_LOCAL",
    "fe80::1%lo, NOWHERE",
    "fec0::1, PRIVATE",
    "fd00:ec2::254, PRIVATE",
    "fc00::1, PRIVATE",
    "ff02::1, NOWHERE",
    "2001::1, PRIVATE",
    "2001:db8::1, PRIVATE",
    "100::1, PRIVATE",
    "no address, NOWHERE"
  })
  void addressIsOfItsBlockHoweverItIsDressed(String address, AddressBlock block) {
    // When
    AddressBlock found = AddressBlock.of(address);
    // Then
    assertEquals(block, found);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:*, 127.0.0.1, 80, true, true",
    "127.0.0.1:81, 127.0.0.1, 80, false, true",
    "127.0.0.0/8, 127.9.9.9, 80, true, true",
    "10.0.0.0/8:443, 10.1.2.3, 443, true, true",
    "10.0.0.0/8:443, 11.0.0.1, 443, false, true",
    "172.16.0.0/12, 172.31.0.1, 80, true, true",
    "172.0.0.0/8, 172.16.0.1, 80, true, false",
    "192.0.0.0/8, 192.168.0.1, 80, true, false",
    "0.0.0.0/0, 127.0.0.1, 80, true, false",
    "::/0, ::1, 80, true, false",
    "[::1]:9090, ::1, 9090, true, true",
    "[fd00::]/8, fd12::1, 80, true, true",
    "[fd00::]/8:443, fd12::1, 80, false, true",
    "::ffff:10.0.0.0/104, 10.9.9.9, 80, true, true",
    "169.254.0.0/16, 169.254.169.254, 80, true, true",
    "93.184.215.0/24, 93.184.215.14, 80, true, false",
    "*, 127.0.0.1, 80, false, false"
  })
  void rangeTakesItsAddressesAndKnowsWhetherItMeansTheInside(
      String text, String address, int port, boolean takes, boolean special) {
    // Given
    AllowRule rule = AllowRule.parse(text);
    // Then
    assertEquals(takes, rule.takesAddress(address, port));
    assertEquals(special, rule.special());
  }

  @ParameterizedTest
  @CsvSource({
    "*.example.com, a.example.com, 80, true",
    "*.example.com, a.b.example.com, 80, true",
    "*.example.com, example.com, 80, false",
    "*.example.com, example.com.evil.test, 80, false",
    "*.Example.com:443, a.example.com, 443, true",
    "*.example.com:443, a.example.com, 80, false",
    "a*c*e, abcde, 80, true",
    "a*c*e, abcdef, 80, false",
    "*, anything, 1, true",
    "*:80, anything, 81, false",
    "localhost:*, localhost, 5, true"
  })
  void globTakesItsNames(String text, String host, int port, boolean takes) {
    // When
    boolean taken = AllowRule.parse(text).takesName(host, port);
    // Then
    assertEquals(takes, taken);
  }
}
