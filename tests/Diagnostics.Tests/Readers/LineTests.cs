namespace TrainingDoctor.Tests.Readers;

/// <summary>Lines for people, as frameworks print them.</summary>
public sealed class LineTests
{
    public static TheoryData<string, string, double[], double[], long[]> Logs => new()
    {
        {
            "nanoGPT",
            "number of parameters: 10.65M\nstep 0: train loss 4.28, val loss 4.27\niter 0: loss 4.26, time 1300.05ms, mfu -100.00%\niter 10: loss 3.14, time 20.1ms, mfu 17.9%\niter 20: loss 2.71, time 20.1ms, mfu 17.9%\n",
            [4.26, 3.14, 2.71], [4.27], [0, 10, 20]
        },
        {
            "Megatron",
            " [2024-03-01 12:00:00] iteration      100/  500000 | consumed samples:       25600 | elapsed time per iteration (ms): 410.2 | learning rate: 1.500E-04 | global batch size:   256 | lm loss: 6.500000E+00 | loss scale: 65536.0 | grad norm: 1.250 | number of skipped iterations:   0 | number of nan iterations:   0 |\n [2024-03-01 12:00:41] iteration      200/  500000 | consumed samples:       51200 | elapsed time per iteration (ms): 410.2 | learning rate: 1.500E-04 | global batch size:   256 | lm loss: 5.250000E+00 | loss scale: 32768.0 | grad norm: nan | number of skipped iterations:   1 | number of nan iterations:   0 |\n",
            [6.5, 5.25], [], [100, 200]
        },
        {
            "fairseq",
            "2021-05-01 10:00:00 | INFO | train_inner | epoch 001:    100 / 500 loss=7.5, ppl=181.0, wps=100, lr=0.0001, gnorm=1.5\n2021-05-01 10:01:00 | INFO | train_inner | epoch 001:    200 / 500 loss=6.5, ppl=90.5, wps=100, lr=0.0002, gnorm=1.25\n2021-05-01 10:02:00 | INFO | valid | epoch 001 | valid on 'valid' subset | loss 6.25 | ppl 76.1 | num_updates 500\n2021-05-01 10:03:00 | INFO | train_inner | epoch 002:    100 / 500 loss=5.5, ppl=45.3, wps=100, lr=0.0003, gnorm=1.0\n",
            [7.5, 6.5, 5.5], [6.25], [100, 200, 600]
        },
        {
            "dictionaries behind a logger whose clock has thousandths",
            "[INFO|trainer.py:10] 2024-07-02 11:00:00,250 >> ***** Running training *****\n[INFO|callbacks.py:310] 2024-07-02 11:00:01,500 >> {'loss': 2.5, 'learning_rate': 1e-05, 'epoch': 0.5}\n[INFO|callbacks.py:310] 2024-07-02 11:00:02,750 >> {'loss': 2.25, 'learning_rate': 2e-05, 'epoch': 1.0}\n",
            [2.5, 2.25], [], [0, 1]
        },
        {
            "LightGBM's own default of a regression",
            "[10]\ttraining's l2: 2.5\tvalid_1's l2: 2.75\n[20]\ttraining's l2: 2.25\tvalid_1's l2: 2.5\n",
            [2.5, 2.25], [2.75, 2.5], [10, 20]
        },
        {
            "PaddleSeg",
            "2022-01-01 00:00:00 [INFO]\t[TRAIN] epoch: 1, iter: 10/1000, loss: 0.9, lr: 0.01, batch_cost: 0.5, reader_cost: 0.1, ips: 8.0 samples/sec | ETA 00:08:15\n2022-01-01 00:00:09 [INFO]\t[TRAIN] epoch: 1, iter: 20/1000, loss: 0.8, lr: 0.01, batch_cost: 0.5, reader_cost: 0.1, ips: 8.0 samples/sec | ETA 00:08:10\n",
            [0.9, 0.8], [], [10, 20]
        },
        {
            "mmcv",
            "2022-01-01 00:00:00,000 - mmdet - INFO - Epoch [1][50/100]\tlr: 1.0e-02, eta: 0:10:00, time: 0.5, data_time: 0.05, memory: 3000, loss_cls: 0.5, loss_bbox: 0.25, loss: 0.75\n2022-01-01 00:00:30,000 - mmdet - INFO - Epoch [1][100/100]\tlr: 1.0e-02, eta: 0:10:00, time: 0.5, data_time: 0.05, memory: 3000, loss_cls: 0.4, loss_bbox: 0.25, loss: 0.65\n2022-01-01 00:01:00,000 - mmdet - INFO - Epoch [2][50/100]\tlr: 1.0e-02, eta: 0:10:00, time: 0.5, data_time: 0.05, memory: 3000, loss_cls: 0.3, loss_bbox: 0.25, loss: 0.55\n",
            [0.75, 0.65, 0.55], [], [50, 100, 150]
        },
        {
            "printed dictionaries",
            "  0%|          | 0/100 [00:00<?, ?it/s]\r 10%|#         | 10/100 [00:10<01:30,  1.00s/it]{'loss': 2.5, 'grad_norm': '1.25', 'learning_rate': 1e-05, 'epoch': 0.1}\n{'loss': nan, 'grad_norm': 0.5, 'learning_rate': 2e-05, 'epoch': 0.2}\n{'eval_loss': 2.25, 'eval_runtime': 3.0, 'epoch': 0.2}\n{'train_runtime': 100.0, 'train_loss': 9.0, 'epoch': 0.2}\n",
            [2.5, double.NaN], [2.25], [10, 10]
        },
        {
            "Keras",
            "Epoch 1/3\n10/10 [==============================] - 5s 52ms/step - loss: 0.9 - accuracy: 0.5 - val_loss: 0.8 - val_accuracy: 0.6\nEpoch 2/3\n10/10 [==============================] - 5s 52ms/step - loss: 0.7 - accuracy: 0.6 - val_loss: 0.75 - val_accuracy: 0.65\n",
            [0.9, 0.7], [0.8, 0.75], [1, 2]
        },
        {
            "the tutorial of PyTorch",
            "Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.30\nTrain Epoch: 1 [640/60000 (1%)]\tLoss: 2.10\n\nTest set: Average loss: 0.50, Accuracy: 9000/10000 (90%)\n\nTrain Epoch: 2 [0/60000 (0%)]\tLoss: 0.40\nTrain Epoch: 2 [640/60000 (1%)]\tLoss: 0.30\n",
            [2.3, 2.1, 0.4, 0.3], [0.5], [0, 640, 60000, 60640]
        },
        {
            "timm",
            "Train: 0 [   0/1251 (  0%)]  Loss: 6.9 (6.95)  Time: 0.5s, 500/s  LR: 1.000e-06  Data: 0.1\nTrain: 0 [  50/1251 (  4%)]  Loss: 6.8 (6.90)  Time: 0.5s, 500/s  LR: 1.000e-06  Data: 0.1\n",
            [6.9, 6.8], [], [0, 50]
        },
        {
            "a logger's lines",
            "INFO:root:Epoch [6/6], Step [10/1549], Loss: 0.0490\nINFO:root:Epoch [6/6], Step [20/1549], Loss: 0.0833\nINFO:root:Epoch [6] Training Loss: 0.0607\nINFO:root:Epoch [6] Validation Loss: 0.0660\nINFO:root:Saved best model at epoch 6 with val loss 0.0660\n",
            [0.049, 0.0833], [0.066], [10, 20]
        },
        {
            "build-nanoGPT",
            "0 val 10.9522\n0 hella 0.2487\n0 train 10.955010\n1 train 9.5\n2 train 9.25\n",
            [10.95501, 9.5, 9.25], [10.9522], [0, 1, 2]
        },
        {
            "the ImageNet script of PyTorch",
            "Epoch: [0][0/400]\tTime 5.656 (6.701)\tLoss 2.5 (2.75)\tAcc@1 12.5 (11.5)\nEpoch: [0][10/400]\tTime 5.656 (6.701)\tLoss 2.25 (2.5)\tAcc@1 13.5 (12.5)\nTest: [0/97]\tTime 5.656 (6.701)\tLoss 2.125 (2.125)\tAcc@1 25.0 (25.0)\n * Acc@1 26.5 Acc@5 92.875\nEpoch: [1][0/400]\tTime 5.656 (6.701)\tLoss 2.0 (2.0)\tAcc@1 30.0 (30.0)\n",
            [2.5, 2.25, 2], [2.125], [0, 10, 400]
        },
        {
            "a progress bar with percents",
            "Epoch 1: 10%|█         | 10/100 [00:01<00:09, 9.0it/s, loss=2.5]\rEpoch 1: 20%|██        | 20/100 [00:02<00:08, 9.0it/s, loss=2.25]\nval loss: 2.125\nEpoch 2: 10%|█         | 10/100 [00:01<00:09, 9.0it/s, loss=2.0]\n",
            [2.5, 2.25, 2], [2.125], [10, 20, 110]
        },
        {
            "a heading over the lines of a validation",
            "Epoch 1, loss: 2.5\nEpoch 2, loss: 2.25\nValidation:\nloss: 2.125\nEpoch 3, loss: 2.0\nEpoch 4, loss: 1.75\n",
            [2.5, 2.25, 2, 1.75], [2.125], [1, 2, 3, 4]
        },
        {
            "the name of a model before each epoch",
            "LSTM_2 Epoch 1: Loss = 2.5\nLSTM_2 Epoch 2: Loss = 2.25\nLSTM_2 Epoch 3: Loss = 2.0\nLSTM_2 best epoch 2: Loss = 2.25\n",
            [2.5, 2.25, 2], [], [1, 2, 3]
        },
        {
            "Chinese",
            "第 1 轮: 训练损失：2.5，验证损失：2.25，学习率：0.001\n第 2 轮: 训练损失：2.0，验证损失：2.125，学习率：0.001\n保存最佳模型，验证损失：2.125\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "Japanese",
            "エポック 1: 学習損失=2.5, 検証損失=2.25\nエポック 2: 学習損失=2.0, 検証損失=2.125\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "Korean",
            "에폭 1: 훈련 손실: 2.5, 검증 손실: 2.25\n에폭 2: 훈련 손실: 2.0, 검증 손실: 2.125\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "Spanish",
            "Época 1: pérdida 2.5, pérdida de validación 2.25\nÉpoca 2: pérdida 2.0, pérdida de validación 2.125\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "Russian",
            "Эпоха 1: потери на обучении 2.5, потери на валидации 2.25\nЭпоха 2: потери на обучении 2.0, потери на валидации 2.125\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "headings of phases within a line",
            "Epoch 1 | train: loss 2.5 acc 0.5 | val: loss 2.25 acc 0.6\nEpoch 2 | train: loss 2.0 acc 0.6 | val: loss 2.125 acc 0.7\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "phases as nested dictionaries",
            "Epoch 1: {'train': {'loss': 2.5, 'acc': 0.5}, 'val': {'loss': 2.25, 'acc': 0.6}}\nEpoch 2: {'train': {'loss': 2.0, 'acc': 0.6}, 'val': {'loss': 2.125, 'acc': 0.7}}\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "a heading behind all numbers",
            "Epoch 1 loss 2.5\nEpoch 1 loss 2.25 [val]\nEpoch 2 loss 2.0\nEpoch 2 loss 2.125 [val]\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "phases under what they are of",
            "Epoch 1 Loss: train=2.5 val=2.25 Acc: train=0.5 val=0.6\nEpoch 2 Loss: train=2.0 val=2.125 Acc: train=0.6 val=0.7\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "phases alone",
            "Samples: train 900, val 100\nEpoch 1 | Train: 2.5 | Val: 2.25\nEpoch 2 | Train: 2.0 | Val: 2.125\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "what was best so far, in the line",
            "Epoch 1 train_loss=2.5 val_loss=2.25 best_val=2.25\nEpoch 2 train_loss=2.0 val_loss=2.125 best_val=2.125\nBest val_loss=2.125\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "counters that are one word",
            "E01 tr_loss 2.5 va_loss 2.25\nE02 tr_loss 2.0 va_loss 2.125\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "counters with a hyphen",
            "Epoch-1, train loss=2.5, test loss=2.25\nEpoch-2, train loss=2.0, test loss=2.125\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "one step in each epoch, and lines that tell none",
            "epoch 1 - iter 10/100 - loss 2.5\nEPOCH 1 done: loss 2.5\nDEV : loss 2.25\nepoch 2 - iter 10/100 - loss 2.0\nEPOCH 2 done: loss 2.0\nDEV : loss 2.125\nepoch 3 - iter 10/100 - loss 1.5\nEPOCH 3 done: loss 1.5\n",
            [2.5, 2.5, 2, 2, 1.5, 1.5], [2.25, 2.125], [0, 1, 2, 3, 4, 5]
        },
        {
            "initials of phases",
            "Epoch:   1 | T_Loss 2.5 | T_acc 0.5 | V_Loss   nan | V_acc. 0.25\nEpoch:   2 | T_Loss 2.0 | T_acc 0.6 | V_Loss 2.125 | V_acc. 0.5\n",
            [2.5, 2], [double.NaN, 2.125], [1, 2]
        },
        {
            "settings before the lines of a training",
            "epochs      : 200  |  lr: 0.0002  |  patch: (96, 96, 96)\nTraining Loss (Fri Nov  1 10:00:00 2019)\nloss: 2.5\nloss: 2.0\nEpoch 1 val_loss: 2.25\nloss: 1.5\n",
            [2.5, 2, 1.5], [2.25], [0, 1, 2]
        },
        {
            "pairs of phases",
            "Epoch 1 | Train/Val Loss: 2.5/2.25 | Acc (train/val): 0.5/0.6\nEpoch 2 | Train/Val Loss: 2.0/2.125 | Acc (train/val): 0.6/0.7\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "remarks between a name and its number",
            "Epoch 1, Loss (avg): 2.5, Accuracy (%): 50, Val Loss (avg) = 2.25\nEpoch 2, Loss (avg): 2.0, Accuracy (%): 60, Val Loss (avg) = 2.125\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "boxes with no line between them, the last one cut",
            "Using cuda\n|  step | 100 |\n|  loss | 2.5 |\n|  step | 200 |\n|  loss | 2.0 |",
            [2.5, 2], [], [100, 200]
        },
        {
            "a heading that names two metrics, and losses without numbers",
            "loss 2.5\nValidation loss and accuracy:\nloss 2.25\nloss nan accuracy nan\nloss 2.0\n",
            [2.5, double.NaN, 2], [2.25], [0, 1, 2]
        },
        {
            "a decoder's loss, which no month is",
            "Epoch 1: Dec loss: 1.0 total loss: 2.5\nEpoch 2: Dec loss: 0.5 total loss: 2.0\n",
            [2.5, 2], [], [1, 2]
        },
        {
            "arrows",
            "Epoch 1 => train loss -> 2.5 | val loss → 2.25\nEpoch 2 => train loss -> 2.0 | val loss → 2.125\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "printed tensors",
            "Epoch 1 loss: tensor(2.5000, device='cuda:0', grad_fn=<NllLossBackward0>) val_loss: tensor(inf, device='cuda:0')\nEpoch 2 loss: tensor(nan, device='cuda:0') val_loss: tensor(2.125, device='cuda:0')\n",
            [2.5, double.NaN], [double.PositiveInfinity, 2.125], [1, 2]
        },
        {
            "printed scalars of NumPy",
            "{'loss': np.float64(2.5), 'val_loss': np.float32(2.25), 'epoch': 1}\n{'loss': np.float64(2.0), 'val_loss': np.float32(2.125), 'epoch': 2}\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "decimal commas, as .NET prints in many countries",
            "CUDA 12.1\nEpoche 1: Verlust: 2,500, Fehler: 0,25, lr: 0,001\nEpoche 2: Verlust: 2,0, Fehler: 0,125, lr: 0,001\nEpoche 3: Verlust: ∞, Fehler: 0,125, lr: 0,001\n",
            [2.5, 2, double.PositiveInfinity], [], [1, 2, 3]
        },
        {
            "decimal commas alone",
            "Epoch 1: Loss: 2,5\nEpoch 2: Loss: 2,0\n",
            [2.5, 2], [], [1, 2]
        },
        {
            "commas between thousands",
            "Step 1,000/10,000: loss 2.5\nStep 2,000/10,000: loss 1,234.5\n",
            [2.5, 1234.5], [], [1000, 2000]
        },
        {
            "C on Windows",
            "Epoch 1: loss = 2.5\nEpoch 2: loss = -1.#IND00\nEpoch 3: loss = 1.#INF00\n",
            [2.5, double.NaN, double.PositiveInfinity], [], [1, 2, 3]
        },
        {
            "Caffe",
            "I0101 00:00:00.000000  1234 solver.cpp:228] Iteration 100 (1.5 iter/s, 66s/100 iters), loss = 2.5\nI0101 00:00:00.000000  1234 solver.cpp:244]     Train net output #0: loss = 2.75 (* 1 = 2.75 loss)\nI0101 00:00:00.000000  1234 solver.cpp:337] Iteration 100, Testing net (#0)\nI0101 00:00:00.000000  1234 solver.cpp:404]     Test net output #0: accuracy = 0.5\nI0101 00:00:00.000000  1234 solver.cpp:404]     Test net output #1: loss = 2.25 (* 1 = 2.25 loss)\nI0101 00:00:00.000000  1234 solver.cpp:228] Iteration 200 (1.5 iter/s, 66s/100 iters), loss = 2.0\n",
            [2.5, 2], [2.25], [100, 200]
        },
        {
            "Darknet",
            " 100: 2.75, 2.5 avg loss, 0.001000 rate, 3.250000 seconds, 6400 images, 1.5 hours left\n 200: 1.75, 2.0 avg loss, 0.001000 rate, 3.250000 seconds, 12800 images, 1.5 hours left\n",
            [2.5, 2], [], [100, 200]
        },
        {
            "Stable Baselines",
            "---------------------------------\n| time/              |          |\n|    iterations      | 1        |\n|    total_timesteps | 2048     |\n| train/             |          |\n|    loss            | 2.5      |\n---------------------------------\n---------------------------------\n| time/              |          |\n|    iterations      | 2        |\n|    total_timesteps | 4096     |\n| train/             |          |\n|    loss            | 2.0      |\n---------------------------------\n",
            [2.5, 2], [], [2048, 4096]
        },
        {
            "fastai",
            "epoch     train_loss  valid_loss  accuracy  time    \n0         2.500000    2.250000    0.500000  00:12     \n1         2.000000    2.125000    0.600000  00:12     \n",
            [2.5, 2], [2.25, 2.125], [0, 1]
        },
        {
            "skorch, in colours",
            "  epoch    train_loss    valid_acc    valid_loss     dur\n-------  ------------  -----------  ------------  ------\n      1        \u001b[36m2.5000\u001b[0m       0.5000        \u001b[35m2.2500\u001b[0m  0.1104\n      2        \u001b[36m2.0000\u001b[0m       0.6000        \u001b[35m2.1250\u001b[0m  0.1104\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "a table with bars below other lines",
            "Using cuda\n┃ Epoch ┃ Train Loss ┃ Val Loss ┃\n│     1 │     2.5000 │   2.2500 │\n│     2 │     2.0000 │   2.1250 │\n",
            [2.5, 2], [2.25, 2.125], [1, 2]
        },
        {
            "YOLOv5 on a console",
            "      Epoch   gpu_mem       box       obj       cls    labels  img_size\n       0/1      3.6G       1.5       1.0       0.5        42       640:  50%|█████     | 20/40 [00:10<00:00,  3.9it/s]\r       0/1      3.6G       1.0       0.5       1.0        42       640: 100%|██████████| 40/40 [00:10<00:00,  3.9it/s]\n               Class     Images     Labels          P          R     mAP@.5 mAP@.5:.95: 100%|██████████| 4/4 [00:01<00:00]\n                 all        128        929      0.605      0.657      0.700      0.500\n\n      Epoch   gpu_mem       box       obj       cls    labels  img_size\n       1/1      3.6G       0.5       0.5       1.0        42       640: 100%|██████████| 40/40 [00:10<00:00,  3.9it/s]\n",
            [2.5, 2], [], [0, 1]
        },
    };

    [Theory]
    [MemberData(nameof(Logs))]
    public void ReadsLossesAndSteps(string name, string text, double[] loss, double[] validation, long[] steps)
    {
        _ = name;

        var run = Assert.Single(ReadRun.Of(text));

        Assert.Equal(loss, run.Values(Metric.Loss));
        Assert.Equal(validation, run.Values(Metric.ValidationLoss));
        Assert.Equal(steps, run.Steps(Metric.Loss));
    }
}
