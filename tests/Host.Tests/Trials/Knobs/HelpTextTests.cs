using TrainingDoctor.Host.Trials.Knobs;
using TrainingDoctor.Tests.Commands;

namespace TrainingDoctor.Tests.Trials.Knobs;

/// <summary>Knobs in the help of programs, as the libraries that parse command lines print it.</summary>
public sealed class HelpTextTests
{
    private const string Argparse = """
        usage: train.py [-h] [--lr LR] [--batch-size N] [--optimizer {sgd,adam,adamw}] [--amp] [--data DIR]

        Trains a classifier.

        options:
          -h, --help            show this help message and exit
          --lr LR, --learning-rate LR
                                learning rate (default: 0.1)
          --batch-size N        input batch size for training (default: 64)
          --optimizer {sgd,adam,adamw}
                                which one to use
          --weight_decay WEIGHT_DECAY
                                weight decay (default: None)
          --amp                 mixed precision
          --data DIR            where the data is
        """;

    private const string Click = """
        Usage: train.py [OPTIONS]

        Options:
          --lr FLOAT                      Learning rate.  [default: 0.001]
          --epochs INTEGER RANGE          [default: 10; x>=1]
          --optimizer [sgd|adam]          [default: sgd]
          --max-grad-norm FLOAT
          --shuffle / --no-shuffle
          --help                          Show this message and exit.
        """;

    private const string Typer = """
         Usage: train.py [OPTIONS]

        ╭─ Options ──────────────────────────────────────────────────────────╮
        │ *  --learning-rate        FLOAT    [default: 0.01] [required]       │
        │    --dropout              FLOAT    [default: 0.5]                   │
        │    --help                          Show this message and exit.      │
        ╰────────────────────────────────────────────────────────────────────╯
        """;

    private const string SystemCommandLine = """
        Description:
          Trains a network.

        Usage:
          Train [options]

        Options:
          --lr <lr>                  The learning rate. [default: 0.5]
          --activation <relu|tanh>   The activation.
          -?, -h, --help             Show help and usage information
          --version                  Show version information
        """;

    private const string Absl = """
        train.py:
          --batch_size: Batch size.
            (default: '128')
            (an integer)
          --learning_rate: Learning rate.
            (default: '0.4')
            (a number)
        """;

    private const string Hydra = """
        train is powered by Hydra.

        == Config ==
        Override anything in the config (foo.bar=value)

        model:
          dropout: 0.1
          width: 64
        optimizer:
          name: adam
          lr: 0.3
        trainer:
          max_epochs: 20

        Powered by Hydra (https://hydra.cc)
        """;

    public static TheoryData<string, string, string> Helps => new()
    {
        { "argparse", Argparse, "learning-rate '--learning-rate {value}' 0.1; batch-size '--batch-size {value}' 64; optimizer '--optimizer {value}' (sgd adam adamw); weight-decay '--weight_decay {value}'" },
        { "click", Click, "learning-rate '--lr {value}' 0.001; epochs '--epochs {value}' 10; optimizer '--optimizer {value}' sgd (sgd adam); gradient-clip '--max-grad-norm {value}'" },
        { "typer", Typer, "learning-rate '--learning-rate {value}' 0.01; dropout '--dropout {value}' 0.5" },
        { "System.CommandLine", SystemCommandLine, "learning-rate '--lr {value}' 0.5; activation '--activation {value}' (relu tanh)" },
        { "absl", Absl, "batch-size '--batch_size {value}' 128; learning-rate '--learning_rate {value}' 0.4" },
        { "hydra", Hydra, "dropout 'model.dropout={value}' 0.1; learning-rate 'optimizer.lr={value}' 0.3; epochs 'trainer.max_epochs={value}' 20" },
    };

    [Theory]
    [MemberData(nameof(Helps))]
    public void KnobsAreFound(string library, string help, string knobs)
    {
        _ = library;
        Assert.Equal(knobs, string.Join("; ", HelpText.Read(help).Select(knob =>
            $"{knob.Name} '{knob.Target}'{(knob.Present is { } present ? " " + present : string.Empty)}{(knob.Choices.Count > 0 ? $" ({string.Join(' ', knob.Choices)})" : string.Empty)}")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("epoch 1 loss 2.3 lr 0.1\nepoch 2 loss 2.1 lr 0.1")]
    [InlineData("Traceback (most recent call last):\n  File \"train.py\", line 3\nSystemExit: no such option: --help")]
    [InlineData("  --lr\n  --optimizer\n")]
    public void WhatIsNoHelpHasNoKnobs(string text) => Assert.Empty(HelpText.Read(text));
}
