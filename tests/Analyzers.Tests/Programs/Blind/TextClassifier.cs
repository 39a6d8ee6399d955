using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using nn = TorchSharp.torch.nn;
using optim = TorchSharp.torch.optim;

// Text classification with an embedding bag; top-level statements and local functions.
var model = new TextModel(5000, 64, 4);
var loss_fn = nn.NLLLoss();
var opt = optim.SGD(model.parameters(), 5.0);
var sched = optim.lr_scheduler.ReduceLROnPlateau(opt, "min", 0.5, 3);
var validationBatches = new List<(Tensor text, Tensor offsets, Tensor label)>();
var trainBatches = new List<(Tensor text, Tensor offsets, Tensor label)>();

for (int epoch = 1; epoch <= 10; epoch++)
{
    Train();
    double accuracy = Validate(); //! TD6006
    Console.WriteLine($"{epoch}: {accuracy}");
}

void Train()
{
    double total = 0;
    foreach (var (text, offsets, label) in trainBatches)
    {
        using var scope = NewDisposeScope();
        opt.zero_grad();
        var output = model.call(text, offsets);
        var loss = loss_fn.call(output, label); //! TD7001
        loss.backward();
        nn.utils.clip_grad_norm_(model.parameters(), 0.1);
        opt.step();
        sched.step(loss.item<float>()); //! TD9504
        total += loss.item<float>();
    }
}

double Validate()
{
    model.eval();
    using var _ = no_grad();
    double right = 0, count = 0;
    foreach (var (text, offsets, label) in validationBatches) //! TD9506
    {
        var predicted = model.call(text, offsets).argmax(1);
        right += predicted.eq(label).sum().item<long>();
        count += label.shape[0];
    }

    return right / count;
}

internal sealed class TextModel : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly EmbeddingBag embedding;
    private readonly Linear fc;

    public TextModel(long vocabulary, long width, long classes)
        : base(nameof(TextModel))
    {
        embedding = nn.EmbeddingBag(vocabulary, width);
        fc = nn.Linear(width, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor text, Tensor offsets)
    {
        var h = embedding.call(text, offsets);
        h = F.dropout(h, 0.3); //! TD9507
        return F.softmax(fc.call(h), 1);
    }
}
