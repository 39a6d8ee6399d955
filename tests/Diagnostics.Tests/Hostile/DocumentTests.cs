using System.Text;
using TrainingDoctor.Readers;
using TrainingDoctor.Tests.Readers;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>Pages, notebooks and XML come from anywhere: what is not as such a document should be costs itself, and no more time than its size.</summary>
public sealed class DocumentTests
{
    [Theory]
    [InlineData("{\"cells\":[{\"cell_type\":\"code\",\"outputs\":[1,\"x\",null,[2]]}]}")]
    [InlineData("{\"cells\":[{\"cell_type\":\"code\",\"outputs\":[{\"data\":3},{\"text\":{}},{\"data\":{\"text/html\":4}}]}]}")]
    [InlineData("{\"cells\":[{\"cell_type\":\"code\",\"outputs\":[{\"text\":[\"\\ud800 loss\"]}]}]}")]
    [InlineData("{\"cells\":{\"cell_type\":1}}")]
    [InlineData("<?xml version=\"1.0\"?><run><epoch/><epoch a=\"&none;\"/></run>")]
    [InlineData("<html><table><tr><td colspan=\"99999999999\">loss</td></tr></table>")]
    public void WhatIsNoLogIsRefusedInWords(string document) => Assert.Throws<LogFormatException>(() => ReadRun.Of(document, "document"));

    /// <summary>Each of these took the square of its length, which is minutes, whatever else the machine does.</summary>
    [Theory]
    [InlineData("<html>", "<a")]
    [InlineData("<html>", "<script>")]
    [InlineData("<html>", "<!-")]
    [InlineData("<?xml version=\"1.0\"?>", "<a>")]
    public async Task WhatIsNeverClosedIsNotLookedForAgainAndAgain(string beginning, string open)
    {
        string document = beginning + string.Concat(Enumerable.Repeat(open, 4_000_000 / open.Length));

        await Task.Run(() => Assert.Throws<LogFormatException>(() => ReadRun.Of(document, "document"))).WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void AWideCellIsNoLongerThanTheRow()
    {
        byte[] page = Encoding.UTF8.GetBytes($"<html><table><tr><td colspan=\"32\">{new string('x', 900_000)}</td></tr></table>");
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<LogFormatException>(() => ReadRun.Of(page, "page.html"));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40L << 20);
    }
}
