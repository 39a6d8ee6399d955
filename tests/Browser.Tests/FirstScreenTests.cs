using Microsoft.Playwright;
using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Wording;
using TrainingDoctor.Tests.Reports;
using static Microsoft.Playwright.Assertions;

namespace TrainingDoctor.Tests.Browser;

/// <summary>What a person sees without scrolling: the sentence, and the curve with the place where it began.</summary>
[Trait("Speed", "Slow")]
public sealed class FirstScreenTests(ChromiumBrowser browser) : IClassFixture<ChromiumBrowser>
{
    [BrowserTheory]
    [InlineData(1400, 800)]
    [InlineData(400, 800)]
    public async Task SentenceAndCurveWithItsOnsetAreInTheFirstScreen(int width, int height)
    {
        foreach (var report in SampleRun.All())
        {
            await using var opened = await browser.OpenAsync(report, width: width, height: height);
            var page = opened.Page;

            if (report.Run.Name is "digits" or "calm" or "overflow")
            {
                Assert.Equal(report.Headline.ToString(), await page.Locator("h1").TextContentAsync());
            }

            await AssertWithinAsync(page.Locator("h1"), width, height);
            await AssertWithinAsync(page.Locator("figure.hero"), width, height);
            var curve = await page.Locator("figure.hero .curve").BoundingBoxAsync();
            Assert.True(curve!.Width > 0.6 * width || width > 1000, $"The curve is {curve.Width} wide.");
            Assert.InRange(curve.Height, 10, 200);
            if (report.Primary?.FirstStep is not null)
            {
                await AssertWithinAsync(page.Locator("text.begin"), width, height);
            }

            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
            Assert.Empty(opened.Complaints);
            Assert.Equal([opened.Address], opened.Requests);
        }
    }

    /// <summary>The letters of a chart keep their size on a small screen.</summary>
    [BrowserFact]
    public async Task LettersOfTheCurveCanBeReadOnATelephone()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill(), width: 400, height: 800);

        double size = await opened.Page.Locator("figure.hero text.tick").First.EvaluateAsync<double>("text => text.getBoundingClientRect().height");

        Assert.InRange(size, 11, 24);
    }

    [BrowserFact]
    public async Task WhatFollowsAndWhatMayBeTriedLaterAreOneLineEachUntilSomebodyAsks()
    {
        await using var opened = await browser.OpenAsync(SampleRun.NonFinite());
        Assert.Equal(1, await opened.Page.Locator(".finding.primary .remedies .do").CountAsync());
        Assert.True(await opened.Page.Locator(".finding.primary .remedies details:not([open])").CountAsync() > 0);
        var folded = opened.Page.Locator("details.consequence");
        Assert.True(await folded.CountAsync() > 0);
        var box = await folded.First.BoundingBoxAsync();
        Assert.True(box!.Height < 40, $"It is {box.Height} high.");

        await folded.First.Locator("> summary").ClickAsync();

        await Expect(folded.First.Locator("article").First).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task TheThemeIsChosenOnceForAllPages()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill());
        var page = opened.Page;
        string bright = await Background();
        Assert.Equal("Dark", await page.Locator("#theme").TextContentAsync());
        await page.Locator("#theme").ClickAsync();
        string dim = await Background();
        Assert.NotEqual(bright, dim);
        Assert.Equal("Light", await page.Locator("#theme").TextContentAsync());

        await page.ReloadAsync();
        Assert.Equal(dim, await Background());

        string other = Path.Combine(Path.GetDirectoryName(new Uri(opened.Address).LocalPath)!, "other.html");
        SampleRun.Healthy().WriteTo(new HtmlReportExporter(), other);
        await page.GotoAsync(new Uri(other).AbsoluteUri);
        Assert.Equal(dim, await Background());
        Assert.Empty(opened.Complaints);

        Task<string> Background() => page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
    }

    private static async Task AssertWithinAsync(ILocator part, int width, int height)
    {
        var box = await part.First.BoundingBoxAsync();
        Assert.NotNull(box);
        Assert.True(box.X >= 0 && box.Y >= 0 && box.X + box.Width <= width + 0.5 && box.Y + box.Height <= height, $"{part}: {box.X}, {box.Y}, {box.Width} x {box.Height}");
    }
}
