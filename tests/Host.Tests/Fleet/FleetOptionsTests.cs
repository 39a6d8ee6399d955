using System.Net;
using TrainingDoctor.Host.Fleet;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Tests.Fleet;

/// <summary>How a host is told of the others.</summary>
public class FleetOptionsTests
{
    private const string Records = "postgres://doctor:secret@db:5433/runs";

    [Fact]
    public void PostgresAloneKeepsRecordsToo()
    {
        var options = Read(Records);

        Assert.Equal(options.Members, options.Records);
        Assert.Equal(("db", 5433, "doctor", "secret", "runs"), (options.Records.Host, options.Records.Port, options.Records.User, options.Records.Password, options.Records.Database));
    }

    [Fact]
    public void RedisNeedsAPlaceForRecords()
    {
        Assert.Contains("needs --record postgres://", Assert.Throws<UsageException>(() => Read("redis://cache")).Message, StringComparison.Ordinal);
        Assert.Equal(("cache", 6379, "db"), (Read("redis://cache", Records).Members.Host, Read("redis://cache", Records).Members.Port, Read("redis://cache", Records).Records.Host));
    }

    [Theory]
    [InlineData("redis://cache", "runs")]
    [InlineData("redis://cache", "redis://cache")]
    [InlineData(Records, "runs")]
    public void RecordsOfAFleetAreInADatabase(string cluster, string record) =>
        Assert.Contains("expected postgres://", Assert.Throws<UsageException>(() => Read(cluster, record)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("cache:6379")]
    [InlineData("http://cache")]
    [InlineData("redis://cache/runs")]
    [InlineData("postgres://doctor:secret@db/runs?options=x")]
    [InlineData("secret")]
    public void WhatIsNoAddressIsNotRepeated(string cluster)
    {
        string message = Assert.Throws<UsageException>(() => Read(cluster, Records)).Message;

        Assert.StartsWith("--cluster: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public void SecretsStandInNoText()
    {
        var address = FleetAddress.Parse("rediss://:pass%2Cword%40@cache:7000/3", "--cluster");

        Assert.Equal(("pass,word@", true, "3", "redis://cache:7000/3"), (address.Password, address.IsSecure, address.Database, address.Shown));
        Assert.DoesNotContain("pass", address.ToString(), StringComparison.Ordinal);
        Assert.Contains("SSL Mode=Require", FleetAddress.Parse(Records + "?sslmode=require", "--record").ToConnectionString().ConnectionString, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5173", null, "127.0.0.1:15173")]
    [InlineData("http://127.0.0.1:60000", null, "127.0.0.1:50000")]
    [InlineData("http://127.0.0.1:5173", "10.0.0.7:4000", "10.0.0.7:4000")]
    public void OtherHostsReachItBesideItsPage(string address, string? clusterAddress, string expected) =>
        Assert.Equal(IPEndPoint.Parse(expected), Read(Records, null, address, clusterAddress).EndPoint);

    [Theory]
    [InlineData("0.0.0.0:4000")]
    [InlineData("10.0.0.7")]
    [InlineData("here:4000")]
    public void NobodyReachesAnAddressThatIsNone(string clusterAddress) =>
        Assert.Contains("clusterAddress", Assert.Throws<UsageException>(() => Read(Records, null, "http://127.0.0.1:5173", clusterAddress)).Message, StringComparison.Ordinal);

    private static FleetOptions Read(string cluster, string? record = null, string address = "http://127.0.0.1:5173", string? clusterAddress = null) =>
        FleetOptions.Read(new LiveOptions { Cluster = cluster, Record = record, ClusterAddress = clusterAddress }, LiveAddress.Parse(address, hasToken: false));
}
