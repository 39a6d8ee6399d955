using System.Net;
using Orleans.Runtime;
using TrainingDoctor.Host.Fleet.Heaps;
using TrainingDoctor.Host.Reporting;

namespace TrainingDoctor.Tests.Fleet.Heaps;

/// <summary>Logs on their way through hosts: what comes first counts, and counts once.</summary>
public sealed class HeapChunkTests
{
    private static readonly SiloAddress One = Host(1, generation: 1);
    private static readonly SiloAddress Other = Host(2, generation: 1);

    [Fact]
    public void WhatComesFirstCounts()
    {
        var chunk = new HeapChunk([3, 5]);
        DiagnosedLog[] first = [new([], null), new([], null)];

        Assert.Equal(1, chunk.Begin(One, mostHosts: 1));
        Assert.Null(chunk.Begin(Other, mostHosts: 1));
        Assert.Equal(2, chunk.Begin(Other, mostHosts: 2));
        Assert.True(chunk.End(Other, first));
        Assert.False(chunk.End(One, [new([], null), new([], null)]));

        Assert.Same(first, chunk.Outcomes);
        Assert.Null(chunk.Begin(One, mostHosts: 2));
        Assert.Equal(0, chunk.Failures);
    }

    /// <summary>A host that fails again and again before it is known to be dead is one host; begun anew it is another.</summary>
    [Fact]
    public void EachLifeOfAHostFailsOnce()
    {
        var chunk = new HeapChunk([0]);
        foreach (var host in new[] { One, One, Host(1, generation: 2), Other })
        {
            chunk.Begin(host, mostHosts: 1);
            Assert.False(chunk.End(host, null));
        }

        chunk.Begin(One, mostHosts: 1);
        Assert.False(chunk.End(One, null, isRefused: true));

        Assert.Equal((3, 5), (chunk.Failures, chunk.Attempts));
        Assert.Equal(TimeSpan.Zero, chunk.Going);
    }

    private static SiloAddress Host(int port, int generation) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, port), generation);
}
