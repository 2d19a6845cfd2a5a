using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats.Cbor;
using EdgeAgent.Tests.Decoding;
using Xunit;

namespace EdgeAgent.Tests.Formats.Cbor;

/// <summary>Rows of RFC 8949, appendix A, as a whole payload; and what is no CBOR.</summary>
public sealed class CborVectors
{
    [Theory]
    [InlineData("00", "0")]
    [InlineData("01", "1")]
    [InlineData("0a", "10")]
    [InlineData("17", "23")]
    [InlineData("1818", "24")]
    [InlineData("1864", "100")]
    [InlineData("1903e8", "1000")]
    [InlineData("1a000f4240", "1000000")]
    [InlineData("1b000000e8d4a51000", "1000000000000")]
    [InlineData("1bffffffffffffffff", "1.8446744073709552E+19")]
    [InlineData("3bffffffffffffffff", "-1.8446744073709552E+19")]
    [InlineData("20", "-1")]
    [InlineData("29", "-10")]
    [InlineData("3863", "-100")]
    [InlineData("3903e7", "-1000")]
    [InlineData("f90000", "0")]
    [InlineData("f98000", "-0")]
    [InlineData("f93c00", "1")]
    [InlineData("fb3ff199999999999a", "1.1")]
    [InlineData("f93e00", "1.5")]
    [InlineData("f97bff", "65504")]
    [InlineData("fa47c35000", "100000")]
    [InlineData("fa7f7fffff", "3.4028234663852886E+38")]
    [InlineData("fb7e37e43c8800759c", "1E+300")]
    [InlineData("f90001", "5.960464477539063E-08")]
    [InlineData("f90400", "6.103515625E-05")]
    [InlineData("f9c400", "-4")]
    [InlineData("fbc010666666666666", "-4.1")]
    [InlineData("f97c00", "!NotFinite")]
    [InlineData("f97e00", "!NotFinite")]
    [InlineData("fbfff0000000000000", "!NotFinite")]
    [InlineData("f4", "0")]
    [InlineData("f5", "1")]
    [InlineData("f6", "!NoField")]
    [InlineData("f7", "!NoField")]
    [InlineData("f0", "!NoField")]
    [InlineData("f8ff", "!NoField")]
    [InlineData("c48221196ab3", "273.15")]
    [InlineData("6161", "!WrongType")]
    [InlineData("62 35 35", "55")]
    [InlineData("80", "!WrongType")]
    [InlineData("a0", "!WrongType")]
    [InlineData("83010203", "!WrongType")]
    [InlineData("9fff", "!WrongType")]
    [InlineData("d74401020304", "!WrongType")]
    [InlineData("7f657374726561646d696e67ff", "!NoField")]
    [InlineData("1819", "25")]
    [InlineData("c249010000000000000000", "!WrongType")]
    [InlineData("c349010000000000000000", "!WrongType")]
    [InlineData("fa7f800000", "!NotFinite")]
    [InlineData("fa7fc00000", "!NotFinite")]
    [InlineData("faff800000", "!NotFinite")]
    [InlineData("fb7ff0000000000000", "!NotFinite")]
    [InlineData("fb7ff8000000000000", "!NotFinite")]
    [InlineData("f9fc00", "!NotFinite")]
    [InlineData("c074323031332d30332d32315432303a30343a30305a", "!WrongType")]
    [InlineData("c11a514b67b0", "!WrongType")]
    [InlineData("c1fb41d452d9e8200000", "!WrongType")]
    [InlineData("d818456449455446", "!WrongType")]
    [InlineData("d82076687474703a2f2f7777772e6578616d706c652e636f6d", "!WrongType")]
    [InlineData("4401020304", "!WrongType")]
    [InlineData("6449455446", "!WrongType")]
    [InlineData("62225c", "!WrongType")]
    [InlineData("62c3bc", "!WrongType")]
    [InlineData("63e6b0b4", "!WrongType")]
    [InlineData("64f0908591", "!WrongType")]
    [InlineData("8301820203820405", "!WrongType")]
    [InlineData("a56161614161626142616361436164614461656145", "!WrongType")]
    [InlineData("5f42010243030405ff", "!NoField")]
    [InlineData("18", "!Truncated")]
    [InlineData("1b00000000000000", "!Truncated")]
    [InlineData("62 35", "!Truncated")]
    [InlineData("8201", "!Truncated")]
    [InlineData("9f01", "!Truncated")]
    [InlineData("9bffffffffffffffff", "!Truncated")]
    [InlineData("1c", "!Malformed")]
    [InlineData("ff", "!Malformed")]
    [InlineData("a1f501", "!Malformed")]
    [InlineData("c1c1c1c1c1c1c1c1c101", "!Malformed")]
    public void The_value_of_a_payload(string hex, string expected)
    {
        expected = expected[0] == '!' ? expected[1..] : $"metric=value|now|{expected}";
        var run = new DecodeRun(new SubscriptionSettings { Topic = "s",
            Decode = new CborFormatSettings { Fields = [new() { Path = "$" }] } });
        Assert.Equal(expected, run.Decode("s"u8, Convert.FromHexString(hex.Replace(" ", ""))));
    }

    [Theory]
    [InlineData("826161a161626163", "$[1].b", "WrongType")]
    [InlineData("a26161016162820203", "$.b[1]", "metric=b|now|3")]
    [InlineData("bf61610161629f0203ffff", "$.b[1]", "metric=b|now|3")]
    [InlineData("a201020304", "$[3]", "metric=value|now|4")]
    [InlineData("9f018202039f0405ffff", "$[2][1]", "metric=value|now|5")]
    [InlineData("98190102030405060708090a0b0c0d0e0f101112131415161718181819", "$[24]", "metric=value|now|25")]
    [InlineData("a26161016162820203", "$.a", "metric=a|now|1")]
    [InlineData("8301820203820405", "$[2][0]", "metric=value|now|4")]
    [InlineData("9f01820203820405ff", "$[1][1]", "metric=value|now|3")]
    [InlineData("83018202039f0405ff", "$[2][1]", "metric=value|now|5")]
    [InlineData("83019f0203ff820405", "$[1][0]", "metric=value|now|2")]
    [InlineData("bf6346756ef563416d7421ff", "$.Amt", "metric=Amt|now|-2")]
    [InlineData("bf6346756ef563416d7421ff", "$.Fun", "metric=Fun|now|1")]
    [InlineData("826161bf61626163ff", "$[1].b", "WrongType")]
    public void A_path_into_it(string hex, string path, string expected)
    {
        var run = new DecodeRun(new SubscriptionSettings { Topic = "s",
            Decode = new CborFormatSettings { Fields = [new() { Path = path }] } });
        Assert.Equal(expected, run.Decode("s"u8, Convert.FromHexString(hex)));
    }
}
